"""Writing a chain: records are gathered in memory and stored as segments, create-only, one behind the other.

A segment ends after so many records, so much time, or with the day. Until it is stored its records are still on
their topics, and are read again if this process dies.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from processors.audit.record import Kind, line
from processors.audit.shelf import WritableShelf, segment_key
from processors.audit.tip import Positions, Tip, sealed
from processors.errors import SlotTaken

#: A record takes some 600 bytes, so a full segment some 6 MB; five million events a day make 500 of them.
SEGMENT_RECORDS = 10_000
SEGMENT_BYTES = 16 * 1024 * 1024


class Chain:
    """The writer of one chain. Only one may write at a time: a second finds its key taken and must end."""

    def __init__(
        self, shelf: WritableShelf, name: str, tip: Tip, *, seconds: float, now: Callable[[], datetime]
    ) -> None:
        """Go on where the chain ends.

        Args:
            shelf: where segments are stored
            name: of the chain
            tip: its end, from `tip_of`
            seconds: for so long records are gathered at most
            now: the time, with its zone
        """
        self.name, self._shelf, self._now = name, shelf, now
        self._longest = timedelta(seconds=seconds)
        #: what is stored
        self.stored = tip
        #: what is stored, in the open segment and in the sealed one
        self.positions: Positions = dict(tip.positions)
        self._sequence, self._digest = tip.sequence, tip.digest
        self._lines: list[bytes] = []
        self._bytes = 0
        self._opened: datetime | None = None
        self._sealed: tuple[str, bytes] | None = None

    def event(self, topic: str, partition: int, offset: int, kind: Kind, body: Mapping[str, Any]) -> None:
        """Append the record of an event; one that is in the chain already is passed over."""
        if offset < self.positions.get((topic, partition), 0):
            return
        self._append(kind, {**body, "topic": topic, "partition": partition, "offset": offset})
        self.positions[topic, partition] = offset + 1

    def gap(self, topic: str, partition: int, expected: int, found: int) -> None:
        """Append that the records between these offsets of a partition were gone before they could be read."""
        self._append("gap", {"topic": topic, "partition": partition, "expected": expected, "offset": found})
        self.positions[topic, partition] = found

    @property
    def waits(self) -> bool:
        """Whether a sealed segment is yet to be stored: nothing can be appended before."""
        return self._sealed is not None

    @property
    def opened(self) -> bool:
        """Whether records are gathered that are not stored."""
        return self._opened is not None or self.waits

    def due(self) -> bool:
        """Whether the open segment has enough records, time, or a day that is over."""
        if self._opened is None:
            return False
        now = self._now()
        full = len(self._lines) >= SEGMENT_RECORDS or self._bytes >= SEGMENT_BYTES
        return full or now - self._opened >= self._longest or now.date() != self._opened.date()

    def seal(self) -> None:
        """Close the open segment, if it holds anything."""
        if self._opened is None or self.waits:
            return
        first = self._sequence + 1 - len(self._lines)
        self._append("seal", {"positions": sealed(self.positions)})
        self._sealed = segment_key(self.name, first), b"".join(text + b"\n" for text in self._lines)
        self._lines, self._bytes, self._opened = [], 0, None

    def store(self) -> None:
        """Store the sealed segment, if there is one; may be repeated after an error.

        Raises:
            SlotTaken: another process has written a segment at this place.
            DependencyUnavailable: the store does not answer.
        """
        if self._sealed is None:
            return
        if not self._shelf.put_new(*self._sealed):
            raise SlotTaken(f"audit chain {self.name}: {self._sealed[0]} is there already")
        self._sealed = None
        self.stored = Tip(self._sequence, self._digest, dict(self.positions))

    def _append(self, kind: Kind, body: Mapping[str, Any]) -> None:
        assert not self.waits
        now = self._now()
        self._opened = self._opened or now
        record = {**body, "kind": kind, "at": now.isoformat(timespec="milliseconds")}
        text, self._digest = line(self.name, self._sequence + 1, self._digest, record)
        self._sequence += 1
        self._lines.append(text)
        self._bytes += len(text)
