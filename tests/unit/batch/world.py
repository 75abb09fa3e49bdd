"""An installation in memory: inboxes, topics, a ledger in a file, and an intake that works when it is called."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from processors.adapters.memory import MemoryObjects
from processors.adapters.memory_whole import MemoryCursors, MemoryInboxes, MemoryWhole
from processors.batch.doors import Doors
from processors.batch.reconcile import Wishes, reconcile
from processors.batch.report import Report
from processors.events import Event
from processors.pipeline import NOTIFICATIONS, TOPICS
from processors.places import Buckets
from processors.record.facts import utc_now
from processors.record.ledger import Ledger
from processors.runtime.codec import decode
from processors.runtime.identity import document_id
from tests.unit.runtime.makers import accept
from tests.unit.runtime.shop import Shop

LATER = timedelta(hours=1)


@dataclass
class World:
    """One agency, "alpha"."""

    home: Path
    #: seconds that the store's clock is ahead of the moment at which objects are made
    ahead: timedelta = LATER
    made: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.shop = Shop("intake", self.home, accept)
        self.ledger = Ledger.open(f"sqlite:///{self.home}/ledger.sqlite")
        self.topics = MemoryWhole(self.shop.topics, cluster="")
        self.inboxes = MemoryInboxes(self.shop.objects)
        self.cursors = MemoryCursors(self.shop.topics)
        self.doors = Doors(
            self.shop.objects, self.inboxes, self.topics, self.ledger, Buckets(), self.made.append, self.cursors
        )

    @property
    def objects(self) -> MemoryObjects:
        return self.shop.objects

    def upload(self, key: str, content: bytes = b"x") -> str:
        """Put a file into the inbox, unannounced; the document's id."""
        ref = self.objects.put("inbox-alpha", key, content, "application/pdf")
        assert ref is not None
        return document_id(ref.bucket, ref.key, ref.version_id)

    def compare(self, agencies: tuple[str, ...] = ("alpha",), **wishes: Any) -> Report:
        self.inboxes.clock = utc_now() + self.ahead
        return reconcile(self.doors, agencies, Wishes(**({"patience": timedelta(0)} | wishes)))

    def compare_known(self) -> None:
        """Take in what was announced, record it, and compare again, so that all of it is proven."""
        self.shop.run()
        self.record()
        self.compare()

    def record(self, at: datetime | None = None) -> None:
        """What the `record` process does: every event of every topic goes into the ledger."""
        for topic in TOPICS:
            if topic.name != NOTIFICATIONS:
                records = self.shop.records(topic.name)
                self.ledger.apply_many([decode(record.value) for record in records], at)
                self.shop.topics.committed["record", topic.name] = len(records)

    def events(self, topic: str) -> list[Event[Any]]:
        return self.shop.events(topic)
