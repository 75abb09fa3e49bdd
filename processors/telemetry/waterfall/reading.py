"""Reads the spans of one document from the files that `adapters/trace_files.py` writes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Value = str | int | bool
_ID = re.compile(r"[0-9a-f]{1,32}")
#: As our writer puts it; a line without it is not looked into.
_MARK = b'"chancery.document","value":{"stringValue":"'
_CONSUMER = 5
_ERROR = 2


class NoTraceError(LookupError):
    """There is no such trace; the text says what to do."""


@dataclass(frozen=True)
class Span:
    """One span as it was written."""

    trace: str
    id: str
    #: "" where it has none
    parent: str
    name: str
    #: of a piece of work, not of a part of one
    is_piece: bool
    #: ns since 1970
    begun: int
    ended: int
    said: Mapping[str, Value]
    #: the error's code; "" where it did not fail
    code: str
    #: STAGE-SLOT
    worker: str
    process: int


def spans_of(folder: Path, prefix: str) -> tuple[str, tuple[Span, ...]]:
    """The document whose id begins so, and its spans in no order.

    Raises:
        NoTraceError: there is none, or more than one such document.
    """
    if not _ID.fullmatch(prefix):
        raise NoTraceError(f"{prefix!r} is no beginning of a document's id, which is of 0 to 9 and a to f.")
    if not folder.is_dir():
        raise NoTraceError(
            f"There are no traces in {folder}. The local stack writes them unless CHANCERY_TRACES says otherwise; "
            "a collector's are shown by its own pages."
        )
    mark = _MARK + prefix.encode()
    found: dict[str, list[Span]] = {}
    for line in _lines(folder):
        if mark in line:
            for document, span in _spans(line):
                if document.startswith(prefix):
                    found.setdefault(document, []).append(span)
    if not found:
        raise NoTraceError(
            f"No trace in {folder} is of a document {prefix!r}. It is older than what is kept, no worker has "
            "answered for it yet, or CHANCERY_TRACE_SHARE left it out."
        )
    if len(found) > 1:
        raise NoTraceError(f"Several documents' ids begin with {prefix!r}: give more of it.")
    ((document, spans),) = found.items()
    return document, tuple(spans)


def _lines(folder: Path) -> Iterator[bytes]:
    for file in sorted(folder.glob("*.jsonl*")):
        with file.open("rb") as lines:
            yield from lines


def _spans(line: bytes) -> Iterator[tuple[str, Span]]:
    """Of each span of a line the document and the span; nothing of a line that a kill tore."""
    try:
        for resource in json.loads(line)["resourceSpans"]:
            process = _named(resource["resource"]["attributes"])
            for span in (one for scope in resource["scopeSpans"] for one in scope["spans"]):
                yield _span(span, process)
    except (ValueError, KeyError, TypeError):
        return


def _span(written: dict[str, Any], process: Mapping[str, Value]) -> tuple[str, Span]:
    said = _named(written["attributes"])
    span = Span(
        trace=written["traceId"],
        id=written["spanId"],
        parent=written.get("parentSpanId", ""),
        name=written["name"],
        is_piece=written["kind"] == _CONSUMER,
        begun=int(written["startTimeUnixNano"]),
        ended=int(written["endTimeUnixNano"]),
        said=said,
        code=written["status"].get("message", "failed") if written["status"].get("code") == _ERROR else "",
        worker=str(process.get("service.instance.id", "")),
        process=int(process.get("process.pid", 0)),
    )
    return str(said.get("chancery.document", "")), span


def _named(attributes: list[dict[str, Any]]) -> dict[str, Value]:
    return {one["key"]: _value(one["value"]) for one in attributes}


def _value(value: dict[str, Any]) -> Value:
    if "intValue" in value:
        return int(value["intValue"])
    return bool(value["boolValue"]) if "boolValue" in value else str(value["stringValue"])
