"""Fakes of the doors that look at inboxes and topics as a whole, over the fakes in `memory.py`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from processors.adapters.memory import MemoryObjects, MemoryTopics
from processors.events import Origin
from processors.places import Buckets
from processors.ports import Incoming, Outgoing, Reached, Version


@dataclass
class MemoryInboxes:
    """See `ports.Inboxes`. Its clock may be set, and so may what is wrong with an inbox."""

    objects: MemoryObjects
    buckets: Buckets = field(default_factory=Buckets)
    broken: dict[str, tuple[str, ...]] = field(default_factory=dict)
    clock: datetime | None = None

    def now(self) -> datetime:
        """See `ports.Inboxes`."""
        return self.clock or datetime.now(UTC)

    def agencies(self) -> tuple[str, ...]:
        """See `ports.Inboxes`."""
        found = {self.buckets.agency_of(bucket) for bucket in self.objects.buckets()}
        return tuple(sorted(agency for agency in found if agency))

    def versions(self, agency: str) -> Iterator[Version]:
        """See `ports.Inboxes`."""
        for info in self.objects.versions(self.buckets.inbox(agency)):
            yield Version(info.ref.key, info.ref.version_id, info.modified)

    def faults(self, agency: str) -> tuple[str, ...]:
        """See `ports.Inboxes`."""
        return self.broken.get(agency, ())

    def mend(self, agency: str) -> None:
        """See `ports.Inboxes`."""
        self.broken.pop(agency, None)


@dataclass
class MemoryWhole:
    """See `ports.Topics`."""

    topics: MemoryTopics
    cluster: str = "memory"

    def names(self) -> tuple[str, ...]:
        """See `ports.Topics`."""
        return tuple(sorted(self.topics.records))

    def waiting(self, group: str, topics: Sequence[str]) -> Iterator[Incoming]:
        """See `ports.Topics`."""
        for topic in topics:
            records = tuple(self.topics.records.get(topic, ()))
            for offset in range(self.topics.committed.get((group, topic), 0), len(records)):
                origin = Origin(topic=topic, partition=0, offset=offset)
                yield Incoming(origin, records[offset].key, records[offset].value, records[offset].trace)

    def write(self, records: Sequence[Outgoing]) -> None:
        """See `ports.Topics`."""
        for record in records:
            self.topics.write(record.topic, record.value, record.key, record.trace)


@dataclass
class MemoryCursor:
    """See `ports.Cursor`."""

    topics: MemoryTopics
    #: how far each list was worked off, by name and number
    lists: dict[tuple[str, int], Reached]
    name: str
    number: int

    def reached(self) -> Reached:
        """See `ports.Cursor`."""
        return self.lists.get((self.name, self.number), Reached())

    def write(self, records: Sequence[Outgoing], reached: Reached) -> None:
        """See `ports.Cursor`."""
        for record in records:
            self.topics.write(record.topic, record.value, record.key, record.trace)
        self.lists[self.name, self.number] = reached

    def close(self) -> None:
        """See `ports.Cursor`."""


@dataclass
class MemoryCursors:
    """Opens cursors over the same topics, as `batch.doors.Doors.cursors` does."""

    topics: MemoryTopics
    lists: dict[tuple[str, int], Reached] = field(default_factory=dict)

    def __call__(self, name: str, number: int) -> MemoryCursor:
        """Open one."""
        return MemoryCursor(self.topics, self.lists, name, number)
