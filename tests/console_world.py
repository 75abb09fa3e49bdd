"""An installation in memory with real documents in it, for the console: the real stages read small files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from processors.adapters.memory import MemoryObjects, MemoryTopics
from processors.config import Settings, load
from processors.events import Event, Record, ResultReleased, Review, Step
from processors.fields import Fields
from processors.pipeline import STAGES, TOPICS
from processors.places import end_key
from processors.record.entry import Entry
from processors.record.ledger import Ledger
from processors.runtime.codec import decode, encode
from tests.unit.runtime.shop import Shop

#: What is read while an event could still follow it, in the order of the table.
_STAGES = tuple(row.name for row in STAGES)


def settings(home: Path, **more: Any) -> Settings:
    """Of an installation at home there."""
    return replace(load({}), home=home, database=f"sqlite:///{home}/ledger.sqlite", **more)


@dataclass
class World:
    """Topics, store and ledger; `land` uploads, `run` lets the stages work and the ledger take note."""

    home: Path
    stages: Mapping[str, Any]
    topics: MemoryTopics = field(default_factory=MemoryTopics)
    objects: MemoryObjects = field(default_factory=MemoryObjects)

    @property
    def settings(self) -> Settings:
        return settings(self.home)

    def land(self, content: bytes, key: str, agency: str) -> None:
        """An upload, announced."""
        self._shop("intake").land(content, key, agency)

    def run(self) -> None:
        """Until nothing is left."""
        for name in _STAGES:
            self._shop(name).run()

    def events(self) -> list[Event[Any]]:
        """Everything on the topics of events."""
        return [
            decode(record.value)
            for name, records in self.topics.records.items()
            if any((topic.name == name and _told(topic.event)) or name.startswith("results.") for topic in TOPICS)
            for record in records
        ]

    def ledger(self) -> Ledger:
        """That has taken note of them."""
        ledger = Ledger.open(self.settings.database)
        ledger.apply_many(self.events())
        return ledger

    def _shop(self, name: str) -> Shop:
        return Shop(name, self.home, self.stages[name].process, self.topics, self.objects)


def stages(home: Path) -> dict[str, Any]:
    """The real ones, built once: models are loaded."""
    chosen = settings(home)
    from importlib import import_module

    return {name: import_module(f"processors.{name}.stage").build(chosen) for name in _STAGES}


def _told(event: type[Record] | None) -> bool:
    return event is not None and "document" in event.model_fields and event.__name__ not in ("ActRecorded",)


def decided(world: World, entry: Entry, changes: dict[str, Any], at: datetime, reviewer: str = "Rita") -> None:
    """A person's decision about a document under review, as publish would store and tell it: a run of its own."""
    read = Fields.model_validate_json(world.objects.read(entry.artefacts["fields"]))
    document = entry.document.model_copy(update={"run_id": f"review-{entry.end_event}", "continues": entry.run_id})
    result = ResultReleased(
        document=document,
        artefacts=entry.artefacts,
        provenance=(Step(stage="publish", code_version="0.1.0"),),
        type=entry.type,
        type_version=entry.type_version,
        type_confidence=entry.type_confidence,
        confidence=1.0,
        fields=read.values | changes,
        evidence=read.evidence,
        review=Review(reviewer=reviewer, at=at, changed=tuple(changes)),
    )
    event = Event[ResultReleased](
        id=f"decided-{entry.id}",
        type=result.TYPE,
        source="/chancery/publish",
        subject=entry.id,
        time=at,
        agency=entry.agency,
        runid=document.run_id,
        data=result,
    )
    world.objects.put("documents", end_key(document, "result"), encode(event), "application/json")
    world.topics.write(f"results.{entry.agency}.{entry.type}", encode(event))
