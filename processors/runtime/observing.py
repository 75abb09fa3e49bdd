"""The loop of `chancery observe`: every few seconds asks Kafka and the ledger how the whole stands, and tells it.

It works on no document and changes nothing. A server that is away takes its own numbers along and nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from threading import Event as Flag
from typing import Protocol

import structlog

from processors.adapters.kafka_backlog import KafkaBacklog, Waiting
from processors.config import Settings
from processors.errors import DependencyUnavailable
from processors.pipeline import STAGES, lane_of
from processors.record.database import LedgerTooNewError
from processors.record.ledger import Ledger
from processors.record.unended import Unended
from processors.runtime.workbench import Misconfigured
from processors.telemetry import process, whole
from processors.telemetry.whole import Line, Open

log = structlog.get_logger()

#: As often as Prometheus usually asks.
_EVERY_SECONDS = 15.0


class Backlog(Protocol):
    """What is needed of `adapters.kafka_backlog.KafkaBacklog`."""

    def look(self) -> tuple[Waiting, ...]:
        """What waits now."""
        ...

    def close(self) -> None:
        """Disconnect."""
        ...


@dataclass(frozen=True)
class Seen:
    """How the whole stood at a time; None: the server does not say."""

    #: seconds since 1970
    at: float
    lines: tuple[Line, ...] | None
    documents: Open | None
    #: which servers do not answer, "kafka" or "ledger", and why
    away: Mapping[str, DependencyUnavailable] = field(default_factory=dict)


class Observer:
    """Looks, and tells what it sees."""

    def __init__(
        self, backlog: Backlog, ledger: Callable[[], Ledger], now: Callable[[], float] = time.time
    ) -> None:
        """Take what is needed.

        Args:
            backlog: Kafka
            ledger: opens the ledger; called until it answers
            now: seconds since 1970
        """
        self._backlog, self._open, self._now = backlog, ledger, now
        self._ledger: Ledger | None = None

    def look(self) -> Seen:
        """See how the whole stands, and put it into the metrics."""
        now = self._now()
        lines = documents = None
        away: dict[str, DependencyUnavailable] = {}
        try:
            documents = self._documents(now)
        except DependencyUnavailable as error:
            away["ledger"] = error
        whole.documents(documents, now)
        try:
            lines = tuple(self._line(waiting, now) for waiting in self._backlog.look())
        except DependencyUnavailable as error:
            away["kafka"] = error
        whole.lines(lines, now)
        return Seen(now, lines, documents, away)

    def close(self) -> None:
        """Disconnect."""
        self._backlog.close()
        if self._ledger is not None:
            self._ledger.close()

    def _documents(self, now: float) -> Open:
        self._ledger = ledger = self._ledger or self._open()
        unended = Unended(ledger.engine)
        oldest = unended.oldest()
        age = 0.0 if oldest is None else max(0.0, now - oldest.timestamp())
        return Open({state.value: many for state, many in unended.counts().items()}, age)

    @staticmethod
    def _line(waiting: Waiting, now: float) -> Line:
        age = 0.0 if waiting.oldest is None else max(0.0, now - waiting.oldest)
        return Line(waiting.stage, waiting.topic, lane_of(waiting.topic), waiting.records, age)


def observer(settings: Settings) -> Observer:
    """Looks at this installation; connects when it looks first."""
    backlog = KafkaBacklog(settings.kafka, STAGES, settings.prefix, settings.kafka_security)
    return Observer(backlog, lambda: Ledger.open(settings.database))


def run(settings: Settings, stop: Flag) -> None:
    """Look every few seconds until asked to stop.

    Raises:
        Misconfigured: the ledger is of a newer version.
        SettingInvalid: its URL cannot be used.
    """
    whole.prices(settings.telemetry)
    with closing(observer(settings)) as looking:
        log.info("started", seconds=_EVERY_SECONDS)
        while not stop.is_set():
            try:
                seen = looking.look()
            except LedgerTooNewError as error:
                raise Misconfigured(str(error)) from error
            for server, away in seen.away.items():
                process.paused("observe", away)
                log.warning("not_observed", of=server, code=away.code, detail=away.detail)
            stop.wait(_EVERY_SECONDS)
