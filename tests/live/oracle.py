"""The judge of a run: reads every topic and the buckets, and counts the ends of every uploaded version."""

from __future__ import annotations

import io
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from processors.adapters.kafka_reader import KafkaReader
from processors.adapters.minio_objects import MinioObjects
from processors.config import Settings
from processors.events import DeadLettered, DocumentQuarantined, Event, ResultReleased, ReviewRequested
from processors.places import Buckets
from processors.runtime import recording
from processors.runtime.codec import decode
from processors.runtime.identity import document_id
from tests.live.reading import to_the_end
from tests.waiting import PATIENCE, until

_ENDS: dict[type, str] = {
    ResultReleased: "result",
    ReviewRequested: "review",
    DocumentQuarantined: "quarantined",
    DeadLettered: "dead_letter",
}


@dataclass(frozen=True)
class End:
    state: str
    #: reason code, "" for a result
    reason: str
    event: Event[Any]


def upload(settings: Settings, name: str, content: bytes, agency: str = "alpha") -> str:
    """Put a file into an inbox, as a sender does; returns the document's id."""
    bucket = Buckets(settings.prefix).inbox(agency)
    written = MinioObjects(settings.s3).client.put_object(bucket, name, io.BytesIO(content), len(content))
    return document_id(bucket, name, str(written.version_id))


class Oracle:
    """Follows the topics of an installation."""

    def __init__(self, settings: Settings, *, committed: bool = True) -> None:
        self.events: list[Event[Any]] = []
        self._ends: dict[str, list[End]] = {}
        self._judged = 0
        self._reader = KafkaReader(
            settings.kafka,
            recording.pattern(),
            group=None,
            prefix=settings.prefix,
            committed=committed,
            security=settings.kafka_security,
        )

    def read(self, seconds: float = 0.5) -> None:
        """Take in what is there."""
        self.events += [decode(record.value) for record in self._reader.poll(seconds)]

    def read_all(self, seconds: float = 120) -> None:
        """Take in everything that was written before now.

        Raises:
            AssertionError: it is not readable in time; a transaction is still open, or the broker is away.
        """
        self.events += [decode(record.value) for record in to_the_end(self._reader, seconds)]

    def read_until(self, met: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
        """Take in what comes until something holds; `what` says what.

        Raises:
            AssertionError: it does not hold within `seconds`.
        """

        def read() -> bool:
            if not met():
                self.read()
            return met()

        until(read, what, seconds=seconds, pause=0)

    @property
    def ends(self) -> dict[str, list[End]]:
        """Document id -> its ends as they stand on the topics: one, if all is well."""
        # Only what is new is looked at: asked ten times a second over thousands of events it would be the load.
        for event in self.events[self._judged :]:
            state = _ENDS.get(type(event.data))
            if state:
                end = End(state, getattr(event.data, "reason", ""), event)
                self._ends.setdefault(event.subject, []).append(end)
        self._judged = len(self.events)
        return self._ends

    def wait(self, ids: Sequence[str], seconds: float = 120, after: float = 1.5) -> dict[str, End]:
        """The end of each document, and nothing but one end each, also `after` seconds later.

        Raises:
            AssertionError: a document has no end in time, or more than one.
        """
        limit = time.monotonic() + seconds
        while not set(ids) <= set(self.ends):
            missing = set(ids) - set(self.ends)
            assert time.monotonic() < limit, f"no end for {len(missing)} of {len(ids)}: {self.last(missing)}"
            self.read()
        limit = time.monotonic() + after
        while time.monotonic() < limit:
            self.read()
        doubled = {i: [end.state for end in self.ends[i]] for i in ids if len(self.ends[i]) != 1}
        assert not doubled, f"more than one end: {doubled}"
        return {i: self.ends[i][0] for i in ids}

    def last(self, ids: set[str]) -> list[str]:
        """The last event type of each document."""
        last = {event.subject: event.type for event in self.events if event.subject in ids}
        return [f"{i}: {last.get(i, 'nothing')}" for i in ids]

    def repeated(self) -> dict[str, int]:
        """Event ids that stand on the topics more than once."""
        return {i: n for i, n in Counter(event.id for event in self.events).items() if n > 1}

    def close(self) -> None:
        """Stop following."""
        self._reader.close()
