"""What every client of Kafka here has in common."""

from __future__ import annotations

from typing import Any

from processors.events import Origin


def client_settings(servers: str) -> dict[str, Any]:
    """What every client here has in common; a broker that comes back is found again within 2 s."""
    return {
        "bootstrap_servers": servers.split(","),
        "reconnect_backoff_max_ms": 2_000,
        "allow_auto_create_topics": False,
        "metrics_enabled": False,
    }


def origin_of(record: Any, prefix: str) -> Origin:
    """Where a record lies, without the installation's prefix."""
    return Origin(topic=record.topic.removeprefix(prefix), partition=record.partition, offset=record.offset)
