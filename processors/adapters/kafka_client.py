"""What every client of Kafka here has in common."""

from __future__ import annotations

from typing import Any, Final

from processors.events import Origin
from processors.server_settings import PLAINTEXT, KafkaSecurity

#: Of every record that holds an event.
EVENT_HEADERS: Final = [("content-type", b"application/cloudevents+json; charset=UTF-8")]


def client_settings(servers: str, security: KafkaSecurity = PLAINTEXT) -> dict[str, Any]:
    """What every client here has in common; a broker that comes back is found again within 2 s."""
    return _signing_in(security) | {
        "bootstrap_servers": servers.split(","),
        "reconnect_backoff_max_ms": 2_000,
        "allow_auto_create_topics": False,
        "metrics_enabled": False,
    }


def _signing_in(security: KafkaSecurity) -> dict[str, Any]:
    if not security.secured:
        return {}
    return {
        "security_protocol": "SASL_SSL",
        "ssl_cafile": None if security.ca is None else str(security.ca),
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": security.user,
        "sasl_plain_password": security.password,
    }


def origin_of(record: Any, prefix: str) -> Origin:
    """Where a record lies, without the installation's prefix."""
    return Origin(topic=record.topic.removeprefix(prefix), partition=record.partition, offset=record.offset)
