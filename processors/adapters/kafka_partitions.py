"""Reading partitions from positions that the caller keeps: for the audit chain, which is itself its memory.

No group shares the partitions out, so none is ever taken away and given to another while records of it are
unsaved. The positions are told to Kafka all the same, under a group's name, so that its tools show the lag.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import OffsetOutOfRangeError
from kafka.structs import OffsetAndMetadata

from processors.adapters import kafka_patches  # noqa: F401 - imported for its repairs
from processors.adapters.kafka_client import client_settings, incoming_of
from processors.adapters.kafka_errors import translated
from processors.adapters.watchdog import deadline
from processors.ports import Incoming
from processors.server_settings import PLAINTEXT, KafkaSecurity

#: Topics that are made later are found after so long.
_LOOK_SECONDS = 3.0


@dataclass(frozen=True)
class Gap:
    """Records were gone before they were read: retention took them, or the topic was made anew."""

    topic: str
    partition: int
    expected: int
    #: the first offset that is there
    found: int


class KafkaPartitions:
    """A reader of committed records, from given positions."""

    def __init__(
        self,
        servers: str,
        pattern: str,
        *,
        group: str,
        slot: int = 0,
        prefix: str = "",
        mine: Callable[[str, int], bool],
        positions: Mapping[tuple[str, int], int],
        security: KafkaSecurity = PLAINTEXT,
    ) -> None:
        """Start reading.

        Args:
            servers: host:port[,host:port]
            pattern: regular expression of topic names, without the prefix
            group: under this name the positions are told to Kafka, without the prefix
            slot: number of this reader
            prefix: of the installation
            mine: whether this reader reads a partition of a topic
            positions: (topic, partition) -> first offset that is wanted; 0 for what is not named
            security: how to sign in
        """
        self._prefix, self._mine = prefix, mine
        self._pattern = re.compile(f"{re.escape(prefix)}({pattern})")
        self._next = {TopicPartition(prefix + topic, number): at for (topic, number), at in positions.items()}
        self._assigned: set[TopicPartition] = set()
        self._looked = -_LOOK_SECONDS
        self._gaps: list[Gap] = []
        with translated(), deadline(120, "join"):
            self._consumer = KafkaConsumer(
                group_id=f"{prefix}{group}",
                client_id=f"{prefix}{group}-{slot}",
                enable_auto_commit=False,
                # A position that is not there is not passed over: it is a gap, and is told.
                auto_offset_reset="none",
                isolation_level="read_committed",
                fetch_min_bytes=1 << 20,
                fetch_max_wait_ms=250,
                **client_settings(servers, security),
            )

    def poll(self, seconds: float) -> Sequence[Incoming | Gap]:
        """What is there, else what comes within `seconds`; a gap stands before what follows it."""
        with translated(), deadline(120, "poll"):
            if time.monotonic() - self._looked >= _LOOK_SECONDS:
                self._look()
            gaps, self._gaps = self._gaps, []
            try:
                polled = self._consumer.poll(timeout_ms=int(seconds * 1000)) if self._assigned and not gaps else {}
            except OffsetOutOfRangeError as error:
                self._place(error.args[0])
                gaps, self._gaps, polled = self._gaps, [], {}
        records: list[Incoming | Gap] = [*gaps]
        for partition, batch in polled.items():
            for record in batch:
                records.append(incoming_of(record, self._prefix))
                self._next[partition] = record.offset + 1
        return records

    def commit(self, positions: Mapping[tuple[str, int], int]) -> None:
        """Tell Kafka what is dealt with; nothing here reads it back.

        Raises:
            DependencyUnavailable: Kafka does not answer.
        """
        told = {
            partition: OffsetAndMetadata(at, "", -1)
            for (topic, number), at in positions.items()
            if (partition := TopicPartition(self._prefix + topic, number)) in self._assigned
        }
        if told:
            with translated(), deadline(60, "commit"):
                self._consumer.commit(told)

    def close(self) -> None:
        """Stop reading."""
        with translated(), deadline(30, "close"):
            self._consumer.close(autocommit=False, timeout_ms=5_000)

    def _look(self) -> None:
        """Find topics and partitions that are new."""
        wanted = {
            TopicPartition(topic, number)
            for topic in self._consumer.topics()
            if self._pattern.fullmatch(topic)
            for number in self._consumer.partitions_for_topic(topic) or ()
            if self._mine(topic.removeprefix(self._prefix), number)
        }
        new = wanted - self._assigned
        if wanted != self._assigned:
            self._consumer.assign(sorted(wanted))
            self._place(new)
            # Last: if Kafka went away in between, the next look places them.
            self._assigned = wanted
        self._looked = time.monotonic()

    def _place(self, partitions: Any) -> None:
        """Stand at the wanted position of each, or at the first that is there."""
        those = list(partitions)
        beginnings, ends = self._consumer.beginning_offsets(those), self._consumer.end_offsets(those)
        for partition in those:
            wanted, first = self._next.get(partition, 0), beginnings[partition]
            if wanted < first or wanted > ends[partition]:
                topic = partition.topic.removeprefix(self._prefix)
                self._gaps.append(Gap(topic, partition.partition, wanted, first))
                wanted = first
            self._next[partition] = wanted
            self._consumer.seek(partition, wanted)
