"""Writing single records to Kafka, each kept by all replicas before the call returns."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

from processors.adapters.kafka_client import client_settings, headers_of
from processors.ports import Outgoing
from processors.server_settings import PLAINTEXT, KafkaSecurity

_SECONDS = 20.0


class KafkaWriter:
    """Connects at the first record: a command that writes none neither needs Kafka nor loads its client."""

    def __init__(self, servers: str, prefix: str = "", security: KafkaSecurity = PLAINTEXT) -> None:
        """Write to topics behind this prefix."""
        self._servers, self._prefix, self._security = servers, prefix, security
        self._producer: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.close()

    def write(self, record: Outgoing) -> None:
        """Write a record.

        Raises:
            DependencyUnavailable: Kafka did not keep it in time.
        """
        from processors.adapters.kafka_errors import translated  # noqa: PLC0415 - see the class

        with translated():
            if self._producer is None:
                self._producer = _producer(self._servers, self._security)
            topic = self._prefix + record.topic
            sent = self._producer.send(
                topic, key=record.key or None, value=record.value, headers=headers_of(record)
            )
            self._producer.flush(_SECONDS)
            sent.get(timeout=_SECONDS)

    def close(self) -> None:
        """Disconnect."""
        if self._producer is not None:
            self._producer.close(timeout=5)
            self._producer = None


def _producer(servers: str, security: KafkaSecurity) -> Any:
    from kafka import KafkaProducer  # noqa: PLC0415

    from processors.adapters import kafka_patches  # noqa: F401, PLC0415 - imported for its repairs

    return KafkaProducer(
        acks="all",
        enable_idempotence=True,
        max_block_ms=int(_SECONDS * 1000),
        delivery_timeout_ms=int(_SECONDS * 1000),
        request_timeout_ms=int(_SECONDS * 500),
        **client_settings(servers, security),
    )
