"""Writing records together with positions in files: both or neither, so that a kill repeats and loses nothing.

The positions travel with the transaction as the note of an offset that a group commits: Kafka keeps them where it
keeps the positions of its own readers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.structs import OffsetAndMetadata

from processors.adapters import kafka_patches  # noqa: F401 - imported for its repairs
from processors.adapters.kafka_client import client_settings, headers_of
from processors.adapters.kafka_errors import translated
from processors.adapters.watchdog import deadline
from processors.fail_points import FailPoint, never
from processors.ports import Outgoing
from processors.refusals.tail import Position
from processors.server_settings import PLAINTEXT, KafkaSecurity

#: Results may carry long lists, see `kafka_log.py`.
_MAX_RECORD_BYTES = 4 * 1024 * 1024


class KafkaPositions:
    """One slot's hold on Kafka."""

    def __init__(
        self,
        servers: str,
        *,
        name: str,
        slot: int,
        topic: str,
        prefix: str = "",
        security: KafkaSecurity = PLAINTEXT,
        fail_point: FailPoint = never,
    ) -> None:
        """Prepare; `positions` connects.

        Args:
            servers: host:port[,host:port]
            name: of the process, without the prefix; its group and transactional id are made of it and the slot
            slot: number of this process
            topic: what is written to, without the prefix
            prefix: of the installation
            security: how to sign in
            fail_point: called at "in_transaction" and "committed"
        """
        self._name, self._prefix, self._fail_point = f"{prefix}{name}-{slot}", prefix, fail_point
        self._place = TopicPartition(prefix + topic, 0)
        self._client = client_settings(servers, security)
        self._producer: Any = None

    def positions(self) -> dict[str, Position]:
        """Fence whoever ran in this slot before, end what it left open, and tell how far each log was written.

        Raises:
            DependencyUnavailable: Kafka does not answer.
            SlotTaken: another process has this slot.
        """
        with translated(), deadline(120, "join"):
            self.close()
            self._producer = KafkaProducer(
                transactional_id=self._name,
                client_id=self._name,
                transaction_timeout_ms=30_000,
                acks="all",
                max_request_size=_MAX_RECORD_BYTES,
                max_block_ms=20_000,
                **self._client,
            )
            self._producer.init_transactions()
            reader = KafkaConsumer(
                group_id=self._name,
                client_id=self._name,
                enable_auto_commit=False,
                isolation_level="read_committed",
                **self._client,
            )
            try:
                kept = reader.committed(self._place, metadata=True)
            finally:
                reader.close(autocommit=False, timeout_ms=5_000)
        told = json.loads(kept.metadata) if kept is not None and kept.metadata else {}
        return {log: Position(file, offset) for log, (file, offset) in told.items()}

    def commit(self, records: Sequence[Outgoing], positions: Mapping[str, Position]) -> None:
        """Write records and positions. After an error only `positions` tells what became of them.

        Raises:
            DependencyUnavailable: Kafka does not answer.
            SlotTaken: another process has this slot.
        """
        told = json.dumps({log: (at.file, at.offset) for log, at in positions.items()})
        with translated(), deadline(60, "commit"):
            self._producer.begin_transaction()
            sent = [
                self._producer.send(
                    self._prefix + one.topic, key=one.key or None, value=one.value, headers=headers_of(one)
                )
                for one in records
            ]
            self._producer.flush()
            for future in sent:
                future.get(timeout=0)
            self._producer.send_offsets_to_transaction({self._place: OffsetAndMetadata(0, told, -1)}, self._name)
            self._fail_point("in_transaction")
            self._producer.commit_transaction()
        self._fail_point("committed")

    def close(self) -> None:
        """Disconnect."""
        if self._producer is not None:
            self._producer.close(timeout=5)
            self._producer = None
