"""The loop of the `audit` process: every record of every topic goes into the chain, exactly once.

Read, append, seal, store, tell Kafka. The chain names the positions that it has come to, and a start begins there:
dying between any two of these steps repeats nothing and loses nothing.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from threading import Event as Flag
from typing import Protocol

import structlog

from processors.adapters.kafka_partitions import Gap
from processors.audit.chain import Chain
from processors.audit.heads import Heads, Occasion
from processors.audit.tip import Tip
from processors.errors import DependencyUnavailable
from processors.fail_points import FailPoint
from processors.pipeline import RUNS, UNNOTED
from processors.places import Buckets
from processors.ports import Incoming
from processors.runtime import recording
from processors.runtime.noting import noted
from processors.runtime.retry import backoff
from processors.telemetry import documents, process

log = structlog.get_logger()

#: On a stop the last segment and its head are tried so often.
_LAST_TRIES = 3


class Source(Protocol):
    """What is needed of `adapters.kafka_partitions.KafkaPartitions`."""

    def poll(self, seconds: float) -> Sequence[Incoming | Gap]:
        """New records."""
        ...

    def commit(self, positions: Mapping[tuple[str, int], int]) -> None:
        """Tell what is dealt with."""
        ...

    def close(self) -> None:
        """Stop reading."""
        ...


def pattern() -> str:
    """A regular expression of all topics."""
    others = (name.replace(".", r"\.") for name in UNNOTED)
    return "|".join([recording.pattern(), *others])


def belongs(topic: str, partition: int, slot: int, chains: int) -> bool:
    """Whether the chain of this slot keeps a partition: a rule, so that no two chains ever keep one record."""
    return zlib.crc32(f"{topic}/{partition}".encode()) % chains == slot


class Auditor:
    """One chain's writer."""

    def __init__(
        self,
        source: Source,
        chain: Chain,
        heads: Heads,
        *,
        others: Callable[[], Mapping[str, Tip]],
        buckets: Buckets,
        head_minutes: float,
        now: Callable[[], datetime],
        fail_point: FailPoint,
    ) -> None:
        """Take what is needed.

        Args:
            source: the topics, from the chain's positions on
            chain: the chain
            heads: where its heads are signed
            others: the ends of the other chains of the installation, as they are stored
            buckets: of the installation
            head_minutes: so often a head is signed while there is news
            now: the time, with its zone
            fail_point: called at "stored" and "committed"
        """
        self._source, self._chain, self._heads, self._others = source, chain, heads, others
        self._buckets, self._now, self._fail_point = buckets, now, fail_point
        self._every = timedelta(minutes=head_minutes)
        self._signed_at = now()
        #: what is stored and not signed yet; a start finds out what its predecessor left unsigned
        self._unsigned: Occasion | None = "start" if chain.stored.sequence else None

    def run(self, stop: Flag) -> None:
        """Write until asked to stop.

        Raises:
            SlotTaken: another process writes this chain.
        """
        failures = 0
        while not stop.is_set():
            try:
                self.once()
                failures = 0
            except DependencyUnavailable as error:
                failures += 1
                process.paused("audit", error)
                log.warning("paused", code=error.code, detail=error.detail)
                stop.wait(backoff(failures))
        self._finish()
        self._source.close()

    def once(self, seconds: float = 0.5) -> None:
        """Read what is there, and store and sign what is due."""
        if not self._chain.waits:
            for one in self._source.poll(seconds):
                self._append(one)
            if self._chain.due():
                self._chain.seal()
        self._store()
        self._sign_if_due()

    def _append(self, one: Incoming | Gap) -> None:
        if isinstance(one, Gap):
            log.error(
                "records_gone", topic=one.topic, partition=one.partition, expected=one.expected, found=one.found
            )
            self._chain.gap(one.topic, one.partition, one.expected, one.found)
            return
        kind, body = noted(one, self._buckets)
        origin = one.origin
        self._chain.event(origin.topic, origin.partition, origin.offset, kind, body)
        if origin.topic == RUNS:
            documents.run(one.value)

    def _store(self) -> None:
        if not self._chain.waits:
            return
        self._chain.store()
        # The first head of all does not wait: until then nothing vouches for the chain.
        self._unsigned = self._unsigned or ("interval" if self._heads.number else "start")
        self._fail_point("stored")
        self._source.commit(self._chain.positions)
        self._fail_point("committed")

    def _sign_if_due(self) -> None:
        now = self._now()
        day_is_over = now.date() != self._signed_at.date()
        if day_is_over and not self._chain.opened:
            # Also after a day without news: that there was none is worth a signature.
            self._sign("day")
        elif self._unsigned == "start" or (self._unsigned and now - self._signed_at >= self._every):
            self._sign(self._unsigned)

    def _sign(self, why: Occasion) -> None:
        now = self._now()
        day = (self._signed_at if why == "day" else now).date().isoformat()
        number = self._heads.sign(now, day, why, {**self._others(), self._chain.name: self._chain.stored})
        self._signed_at, self._unsigned = now, None
        documents.signed(self._chain.name, now)
        log.info("head_signed", number=number, occasion=why, sequence=self._chain.stored.sequence)

    def _finish(self) -> None:
        """A clean stop leaves nothing in memory and nothing unsigned, if the servers are there."""
        for attempt in range(1, _LAST_TRIES + 1):
            try:
                self._chain.seal()
                self._store()
                if self._unsigned:
                    self._sign("stop")
                return
            except DependencyUnavailable as error:
                log.warning("stop_unfinished", code=error.code, detail=error.detail, attempt=attempt)
