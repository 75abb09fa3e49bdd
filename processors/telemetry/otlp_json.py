"""A span as OTLP writes it in JSON: ids in hexadecimal, times as text, enumerations as numbers.

Written by hand, since the way over protobuf costs many times as much for the same text; a test reads it back with
the protocol's own classes and compares.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanContext, StatusCode

#: Which part of us made the span.
SCOPE = "chancery"
_STATUS = {StatusCode.UNSET: 0, StatusCode.OK: 1, StatusCode.ERROR: 2}


def traces_data(spans: Sequence[ReadableSpan], resource: Resource) -> dict[str, Any]:
    """`TracesData` of spans that one process made."""
    scoped = {"scope": {"name": SCOPE}, "spans": [_span(span) for span in spans]}
    return {"resourceSpans": [{"resource": {"attributes": _named(resource.attributes)}, "scopeSpans": [scoped]}]}


def _span(span: ReadableSpan) -> dict[str, Any]:
    assert span.context is not None, "a span of the SDK has one"
    written: dict[str, Any] = {
        **_ids(span.context),
        "flags": _flags(span.context, span.parent),
        "name": span.name,
        # The protocol counts from 1, with 0 for "unspecified".
        "kind": span.kind.value + 1,
        "startTimeUnixNano": str(span.start_time or 0),
        "endTimeUnixNano": str(span.end_time or 0),
        "attributes": _named(span.attributes or {}),
        "status": {"code": _STATUS[span.status.status_code]},
    }
    if span.parent is not None:
        written["parentSpanId"] = f"{span.parent.span_id:016x}"
    if span.status.description:
        written["status"]["message"] = span.status.description
    if span.links:
        written["links"] = [
            {**_ids(link.context), "flags": _flags(link.context, link.context)} for link in span.links
        ]
    return written


def _ids(context: SpanContext) -> dict[str, str]:
    return {"traceId": f"{context.trace_id:032x}", "spanId": f"{context.span_id:016x}"}


def _flags(context: SpanContext, other: SpanContext | None) -> int:
    """The trace's flags, and whether the other end is in another process: 0x100 = that is known, 0x200 = it is."""
    return int(context.trace_flags) | 0x100 | (0x200 if other is not None and other.is_remote else 0)


def _named(attributes: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"key": name, "value": _value(value)} for name, value in attributes.items()]


def _value(value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    return {"stringValue": str(value)}
