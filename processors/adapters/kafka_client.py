"""What every client of Kafka here has in common."""

from __future__ import annotations

import re
from typing import Any, Final

from processors.events import Origin
from processors.ports import Incoming, Outgoing
from processors.server_settings import PLAINTEXT, KafkaSecurity

#: Of every record that holds an event.
EVENT_HEADERS: Final = (("content-type", b"application/cloudevents+json; charset=UTF-8"),)
#: W3C Trace Context: by which the work on a record knows the work that wrote it
TRACE_HEADER: Final = "traceparent"
_TRACE: Final = re.compile(rb"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


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


def headers_of(record: Outgoing) -> list[tuple[str, bytes]]:
    """The headers of a record of ours."""
    return [*EVENT_HEADERS, *([(TRACE_HEADER, record.trace.encode())] if record.trace else ())]


def incoming_of(record: Any, prefix: str) -> Incoming:
    """A record as it was read."""
    return Incoming(
        origin_of(record, prefix),
        record.key or b"",
        record.value or b"",
        trace=_trace_of(record.headers or ()),
        written=max(0, record.timestamp or 0),
    )


def _trace_of(untrusted_headers: Any) -> str:
    """The trace's header; "" where it is none: whoever may write to a topic may write any."""
    for name, value in untrusted_headers:
        if name == TRACE_HEADER and isinstance(value, bytes) and _TRACE.fullmatch(value):
            return value.decode("ascii")
    return ""
