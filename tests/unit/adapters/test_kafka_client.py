"""Headers of records: what we write, and what we believe of what others wrote."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from processors.adapters.kafka_client import headers_of, incoming_of
from processors.ports import Outgoing
from processors.telemetry.trace_ids import Context

HEADER = Context(5, 6).header()


def record(*headers: tuple[str, Any], timestamp: int | None = 1234) -> Any:
    return SimpleNamespace(
        topic="t1-pages.requested",
        partition=2,
        offset=3,
        key=b"k",
        value=b"v",
        headers=headers,
        timestamp=timestamp,
    )


def test_a_trace_is_a_header_beside_the_media_type() -> None:
    assert [name for name, _ in headers_of(Outgoing("t", b"", b""))] == ["content-type"]
    assert dict(headers_of(Outgoing("t", b"", b"", HEADER)))["traceparent"] == HEADER.encode()


def test_what_was_written_is_read() -> None:
    read = incoming_of(record(*headers_of(Outgoing("t", b"", b"", HEADER))), "t1-")
    assert (read.origin.topic, read.trace, read.written) == ("pages.requested", HEADER, 1234)


@pytest.mark.parametrize(
    "forged", [b"", b"\xff", b"00-1-2-3", HEADER.encode() + b"\n", HEADER.encode() * 2, None, 7]
)
def test_what_is_no_header_is_left_out(forged: object) -> None:
    assert incoming_of(record(("traceparent", forged)), "t1-").trace == ""
    # MinIO writes none at all, and no time where the topic's is not Kafka's.
    assert incoming_of(record(timestamp=None), "t1-").written == 0
