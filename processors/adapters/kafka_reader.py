"""Reading topics without writing: for the ledger, for people who follow results, and for tests."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from kafka import KafkaConsumer

from processors.adapters import kafka_patches  # noqa: F401 - imported for its repairs
from processors.adapters.kafka_client import client_settings, incoming_of
from processors.adapters.kafka_errors import translated
from processors.adapters.watchdog import deadline
from processors.ports import Incoming
from processors.server_settings import PLAINTEXT, KafkaSecurity


class KafkaReader:
    """A reader of all topics that match a pattern; topics that are made later are found within 3 s."""

    def __init__(
        self,
        servers: str,
        pattern: str,
        *,
        group: str | None,
        slot: int = 0,
        prefix: str = "",
        committed: bool = True,
        security: KafkaSecurity = PLAINTEXT,
    ) -> None:
        """Start reading at the oldest record, or where `group` left off.

        Args:
            servers: host:port[,host:port]
            pattern: regular expression of topic names, without the prefix
            group: consumer group that remembers positions, without the prefix; None remembers nothing
            slot: number of this reader in the group
            prefix: of the installation
            committed: False also shows records of open and aborted transactions (for tests)
            security: how to sign in
        """
        self._prefix, self._group = prefix, group
        membership: dict[str, Any] = {}
        if group is not None:
            name = f"{prefix}{group}-{slot}"
            membership = {"group_id": f"{prefix}{group}", "group_instance_id": name, "client_id": name}
            # A group gathers for 250 ms: the ledger then notes a document's events in fewer transactions.
            membership |= {"fetch_min_bytes": 1 << 20, "fetch_max_wait_ms": 250}
        with translated(), deadline(120, "join"):
            self._consumer = KafkaConsumer(
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                isolation_level="read_committed" if committed else "read_uncommitted",
                metadata_max_age_ms=3_000,
                session_timeout_ms=30_000,
                **membership,
                **client_settings(servers, security),
            )
            self._consumer.subscribe(pattern=f"^{re.escape(prefix)}({pattern})$")

    def poll(self, seconds: float) -> Sequence[Incoming]:
        """What is there, else what comes within `seconds`."""
        with translated(), deadline(120, "poll"):
            polled = self._consumer.poll(timeout_ms=int(seconds * 1000))
        return [incoming_of(record, self._prefix) for records in polled.values() for record in records]

    def commit(self) -> None:
        """Remember that everything that was polled is dealt with.

        Raises:
            DependencyUnavailable: Kafka does not answer; the records will come again.
        """
        with translated(), deadline(60, "commit"):
            self._consumer.commit()

    def close(self) -> None:
        """Stop reading."""
        with translated(), deadline(30, "close"):
            self._consumer.close(autocommit=False, timeout_ms=5_000)
