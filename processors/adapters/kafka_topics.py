"""Looking at the topics from outside: what a group has not dealt with yet, which Kafka this is; writing.

No member of any group: nobody's partitions move because somebody looks.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from processors.adapters import kafka_patches  # noqa: F401 - imported for its repairs
from processors.adapters.kafka_admin import admin
from processors.adapters.kafka_client import client_settings, headers_of, incoming_of
from processors.adapters.kafka_errors import translated
from processors.adapters.watchdog import deadline
from processors.errors import DependencyUnavailable
from processors.ports import Incoming, Outgoing
from processors.server_settings import PLAINTEXT, KafkaSecurity

#: A transaction ends after 30 s at the latest (`kafka_log`); what stands behind an open one is read then.
_TRANSACTION_SECONDS = 60.0
_CALL_SECONDS = 60.0


def cluster_id(servers: str, security: KafkaSecurity = PLAINTEXT) -> str:
    """The id that this Kafka was given when it was made: another after it was built anew.

    Raises:
        DependencyUnavailable: Kafka does not answer.
    """
    with deadline(_CALL_SECONDS, "cluster"), admin(servers, security) as client:
        # What every client is told when it connects. `describe_cluster` asks for rights in the same breath, and a
        # worker that may not ask for those stands in Kafka's log as refused.
        found: str | None = client._manager.cluster.cluster_id
        return found or str(client.describe_cluster()["cluster_id"])


class KafkaTopics:
    """See `ports.Topics`."""

    def __init__(self, servers: str, prefix: str = "", security: KafkaSecurity = PLAINTEXT) -> None:
        self._servers, self._prefix, self._security = servers, prefix, security
        self._cluster = ""

    @property
    def cluster(self) -> str:
        """See `ports.Topics`."""
        self._cluster = self._cluster or cluster_id(self._servers, self._security)
        return self._cluster

    def names(self) -> tuple[str, ...]:
        """See `ports.Topics`."""
        with self._consumer(None) as consumer:
            there = consumer.topics()
        return tuple(sorted(n.removeprefix(self._prefix) for n in there if n.startswith(self._prefix)))

    def waiting(self, group: str, topics: Sequence[str]) -> Iterator[Incoming]:
        """See `ports.Topics`."""
        with self._consumer(f"{self._prefix}{group}") as consumer:
            with translated(), deadline(_CALL_SECONDS, "positions"):
                there = consumer.topics()
                named = [self._prefix + topic for topic in topics if self._prefix + topic in there]
                partitions = [TopicPartition(t, n) for t in named for n in consumer.partitions_for_topic(t) or ()]
                ends = self._ends(partitions)
                consumer.assign(partitions)
                first = consumer.beginning_offsets(partitions) if partitions else {}
                for partition in partitions:
                    consumer.seek(partition, max(consumer.committed(partition) or 0, first[partition]))
            yield from self._read(consumer, ends)

    def write(self, records: Sequence[Outgoing]) -> None:
        """See `ports.Topics`."""
        with translated(), deadline(_CALL_SECONDS, "write"):
            producer = KafkaProducer(
                acks="all",
                enable_idempotence=True,
                max_block_ms=20_000,
                **client_settings(self._servers, self._security),
            )
            try:
                sent = [
                    producer.send(self._prefix + r.topic, key=r.key, value=r.value, headers=headers_of(r))
                    for r in records
                ]
                producer.flush()
                for future in sent:
                    future.get(timeout=0)
            finally:
                producer.close(timeout=5)

    def _read(self, consumer: Any, ends: dict[TopicPartition, int]) -> Iterator[Incoming]:
        """Everything up to `ends`, which counts records of open transactions in: they are waited for."""
        moved, behind = time.monotonic(), dict.fromkeys(ends, -1)
        while behind:
            with translated(), deadline(_CALL_SECONDS, "poll"):
                polled = consumer.poll(timeout_ms=500)
                at = {partition: consumer.position(partition) for partition in behind}
            if at != behind:
                moved = time.monotonic()
            for partition, records in polled.items():
                for record in records:
                    if record.offset < ends[partition]:
                        yield incoming_of(record, self._prefix)
            behind = {partition: offset for partition, offset in at.items() if offset < ends[partition]}
            if behind and time.monotonic() - moved > _TRANSACTION_SECONDS:
                raise DependencyUnavailable("Kafka: a transaction stays open")

    def _ends(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        """Where each partition ends, records of open transactions included."""
        if not partitions:
            return {}
        with self._consumer(None, isolation="read_uncommitted") as consumer:
            ends: dict[TopicPartition, int] = consumer.end_offsets(list(partitions))
        return ends

    @contextmanager
    def _consumer(self, group: str | None, isolation: str = "read_committed") -> Iterator[Any]:
        with translated(), deadline(_CALL_SECONDS, "look"):
            consumer = KafkaConsumer(
                group_id=group,
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                isolation_level=isolation,
                **client_settings(self._servers, self._security),
            )
        try:
            yield consumer
        finally:
            with translated(), deadline(_CALL_SECONDS, "close"):
                consumer.close(autocommit=False, timeout_ms=5_000)
