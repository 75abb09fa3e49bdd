"""What waits before each stage, asked of Kafka without taking part: no group is joined and no position moved.

The difference between two positions is not yet a number of records: each transaction leaves a mark behind its
records, and what was aborted takes up places, too. So the first part of each line is read. Where nothing comes of
it, nothing waits; else its first record tells the age, and the rest of the line is taken to be as dense as that.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from processors.adapters import kafka_patches  # noqa: F401 - imported for its repairs
from processors.adapters.kafka_client import client_settings
from processors.adapters.kafka_errors import translated
from processors.adapters.watchdog import deadline
from processors.errors import DependencyUnavailable
from processors.pipeline import StageRow
from processors.server_settings import PLAINTEXT, KafkaSecurity

#: Bytes of one partition's line that are read at most; a record that is longer is read whole.
_SAMPLE_BYTES = 64 * 1024
#: Seconds in which all lines must have been looked at.
_LOOK_SECONDS = 20.0
#: A question that is not answered in this time is not answered at all.
_REQUEST_MS = 10_000
#: A frozen broker answers nothing: beyond it the process is started again.
_HUNG_SECONDS = 120.0


@dataclass(frozen=True)
class Waiting:
    """What waits for a stage on one of its topics."""

    stage: str
    topic: str
    records: int
    #: when the oldest was written, in seconds since 1970; None where none waits
    oldest: float | None


@dataclass
class _Line:
    """Of one partition, from the position of the stage's group to the last stable offset."""

    begin: int
    end: int
    #: how far it was read, and how many records there were
    reached: int = 0
    records: int = 0
    oldest: float | None = None

    def take(self, records: Sequence[Any]) -> None:
        """These were read; what was written after the end was asked for is not of this line."""
        ours = [record for record in records if record.offset < self.end]
        if ours and self.oldest is None:
            self.oldest = ours[0].timestamp / 1000
        self.records += len(ours)

    @property
    def told(self) -> bool:
        """Whether it is known what waits."""
        return self.records > 0 or self.reached >= self.end

    @property
    def waiting(self) -> int:
        """Records, also of the part that was not read."""
        rest = self.end - self.reached
        return self.records + (round(rest * self.records / (self.reached - self.begin)) if rest > 0 else 0)


class KafkaBacklog:
    """Asks one cluster; connects at the first look, and anew after a failure."""

    def __init__(
        self, servers: str, rows: Sequence[StageRow], prefix: str = "", security: KafkaSecurity = PLAINTEXT
    ) -> None:
        """Connect to nothing yet.

        Args:
            servers: host:port[,host:port]
            rows: the stages that are asked about
            prefix: of the installation
            security: how to sign in
        """
        self._rows, self._prefix = rows, prefix
        self._client = client_settings(servers, security) | {
            "request_timeout_ms": _REQUEST_MS,
            "bootstrap_timeout_ms": _REQUEST_MS,
        }
        self._consumer: Any = None
        self._admin: Any = None

    def look(self) -> tuple[Waiting, ...]:
        """What waits now, by stage and topic, in the order of the table.

        Raises:
            DependencyUnavailable: Kafka does not answer, or not in time.
        """
        try:
            with translated(), deadline(_HUNG_SECONDS, "observe"):
                if self._consumer is None:
                    self._connect()
                return tuple(self._look())
        except DependencyUnavailable:
            self.close()
            raise

    def close(self) -> None:
        """Disconnect."""
        for client in (self._consumer, self._admin):
            if client is not None:
                with suppress(KafkaError):
                    client.close()
        self._consumer = self._admin = None

    def _connect(self) -> None:
        self._consumer = KafkaConsumer(
            client_id=f"{self._prefix}observe",
            enable_auto_commit=False,
            isolation_level="read_committed",
            max_partition_fetch_bytes=_SAMPLE_BYTES,
            fetch_max_wait_ms=100,
            **self._client,
        )
        unknown = ("allow_auto_create_topics", "metrics_enabled")
        self._admin = KafkaAdminClient(**{name: it for name, it in self._client.items() if name not in unknown})

    def _look(self) -> Iterator[Waiting]:
        groups = {row.name: self._prefix + row.name for row in self._rows}
        told = self._admin.list_group_offsets(list(groups.values()))
        for row in self._rows:
            positions = {place: at.offset for place, at in told.get(groups[row.name], {}).items() if at.offset >= 0}
            lines = self._lines([self._prefix + topic for topic in row.reads], positions)
            self._read(lines)
            for topic in row.reads:
                ours = [line for place, line in lines.items() if place.topic == self._prefix + topic]
                since = [line.oldest for line in ours if line.oldest is not None]
                yield Waiting(row.name, topic, sum(line.waiting for line in ours), min(since, default=None))

    def _lines(self, topics: Sequence[str], positions: Mapping[Any, int]) -> dict[Any, _Line]:
        places = [
            TopicPartition(topic, number)
            for topic in topics
            for number in sorted(self._consumer.partitions_for_topic(topic) or ())
        ]
        if not places:
            return {}
        # Of a group that never committed: from the first record that is there, as a worker would.
        begins, ends = self._consumer.beginning_offsets(places), self._consumer.end_offsets(places)
        return {
            place: _Line(begin, end, begin)
            for place in places
            if (end := ends[place]) > (begin := max(positions.get(place, 0), begins[place]))
        }

    def _read(self, lines: Mapping[Any, _Line]) -> None:
        """Read the first part of each line, or to its end where it holds no record."""
        self._consumer.assign(list(lines))
        self._consumer.resume(*lines)
        for place, line in lines.items():
            self._consumer.seek(place, line.begin)
        limit = time.monotonic() + _LOOK_SECONDS
        while open_ := [place for place, line in lines.items() if not line.told]:
            if time.monotonic() > limit:
                raise DependencyUnavailable(f"Kafka: {len(open_)} partitions were not read in {_LOOK_SECONDS:g} s")
            for place, records in self._consumer.poll(timeout_ms=500).items():
                lines[place].take(records)
            for place in open_:
                lines[place].reached = min(self._consumer.position(place), lines[place].end)
            # What has told what it can is not read on.
            self._consumer.pause(*(place for place in open_ if lines[place].told))
