"""The loop of the `refusals` process: what servers refused goes from their logs onto a topic, counted, once each.

Read, count, and after some time write the rows and the positions that they end at in one transaction. Whatever
happens before it is forgotten and read again.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from threading import Event as Flag
from typing import Protocol

import structlog

from processors.errors import DependencyUnavailable
from processors.events import AccessRefused, Event
from processors.pipeline import REFUSALS
from processors.ports import Outgoing
from processors.refusals.gathering import Gathering
from processors.refusals.refusal import Refusal, Server
from processors.refusals.tail import Lines, Position
from processors.runtime.codec import encode
from processors.runtime.retry import backoff
from processors.telemetry import process

log = structlog.get_logger()

#: Namespace of the ids of these events (a random UUID, fixed for ever).
_EVENTS = uuid.UUID("6a8f4ea3-1d0b-4a53-9a0e-2b64f6c7b1aa")
_LOOK_SECONDS = 0.5
#: Pieces of a log that are read before the others have their turn.
_MOST_READS = 16


class Source(Protocol):
    """What is needed of `refusals.tail.Tail`."""

    def read(self, at: Position) -> Lines:
        """Lines behind a position."""
        ...


class Hold(Protocol):
    """What is needed of `adapters.kafka_positions.KafkaPositions`."""

    def positions(self) -> dict[str, Position]:
        """How far each log was written."""
        ...

    def commit(self, records: Sequence[Outgoing], positions: Mapping[str, Position]) -> None:
        """Write both or neither."""
        ...

    def close(self) -> None:
        """Disconnect."""
        ...


#: a log, and how its lines are read
Logs = Mapping[Server, tuple[Source, Callable[[str], Refusal | None]]]


class Refusing:
    """Gathers from logs, writes to a hold."""

    def __init__(self, logs: Logs, hold: Hold, *, seconds: float, now: Callable[[], datetime]) -> None:
        """Take what is needed.

        Args:
            logs: by the server that writes them
            hold: where the rows go
            seconds: for so long refusals are counted together
            now: the time, with its zone
        """
        self._logs, self._hold, self._now = logs, hold, now
        self._longest = timedelta(seconds=seconds)
        self._began: Mapping[str, Position] | None = None

    def run(self, stop: Flag) -> None:
        """Gather until asked to stop.

        Raises:
            SlotTaken: another process has this slot.
        """
        failures = 0
        while not stop.is_set():
            try:
                self.once()
                failures = 0
                stop.wait(_LOOK_SECONDS)
            except (DependencyUnavailable, OSError) as error:
                failures += 1
                self._began = None
                process.paused("refusals", error)
                log.warning("paused", detail=getattr(error, "detail", type(error).__name__))
                stop.wait(backoff(failures))
        try:
            self._write()
        except DependencyUnavailable:
            log.warning("stop_unfinished")  # it is read again at the next start
        self._hold.close()

    def begin(self) -> None:
        """Take the slot, and stand where it was left.

        Raises:
            DependencyUnavailable: Kafka does not answer.
        """
        self._forget(self._hold.positions())

    def once(self) -> None:
        """Read what is there, and write what is due.

        Raises:
            DependencyUnavailable: Kafka does not answer; what was gathered is void.
            OSError: a log cannot be read.
        """
        if self._began is None:
            self.begin()
        self._read()
        if self._opened is not None and self._now() - self._opened >= self._longest:
            self._write()

    def _forget(self, positions: Mapping[str, Position]) -> None:
        self._began, self._at = positions, dict(positions)
        self._rows = Gathering()
        self._opened: datetime | None = None

    def _read(self) -> None:
        for server, (source, parse) in self._logs.items():
            for _ in range(_MOST_READS):
                at = self._at.get(server, Position())
                if (read := source.read(at)).position == at:
                    break
                if read.gone:
                    log.error("log_gone", server=server)
                    self._rows.add(Refusal(server, "", "", "", "", "", self._now(), outcome="unheard"))
                for line in read.lines:
                    if (refusal := parse(line)) is not None:
                        self._rows.add(refusal)
                self._at[server] = read.position
                self._opened = self._opened or self._now()

    def _write(self) -> None:
        if self._began is None or self._opened is None:
            return
        self._hold.commit(list(self._records()), self._at)
        if len(self._rows):
            log.info("refusals_written", rows=len(self._rows))
        self._forget(dict(self._at))

    def _records(self) -> Iterator[Outgoing]:
        # The ids follow from what was read, so that they are the same when it is read again.
        span = sorted((name, at.file, at.offset) for name, at in (self._began or {}).items())
        for number, data in enumerate(self._rows.events()):
            event: Event[AccessRefused] = Event[AccessRefused](
                id=str(uuid.uuid5(_EVENTS, f"{span} {number}")),
                type=data.TYPE,
                source="/chancery/refusals",
                time=data.last,
                dataschema=f"chancery:events/{data.TYPE}",
                agency=data.agency,
                data=data,
            )
            yield Outgoing(REFUSALS, b"", encode(event))
