"""Spans as lines of OTLP JSON, one file a process: what `chancery trace` reads, and any OTLP collector can take in.

A piece of work is one line, written in one go. A file that has grown is set aside once, so that a worker's traces
take twice that at most, however long it runs. What cannot be written is lost: no work waits for a trace.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Sequence
from pathlib import Path

import structlog
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.trace import SpanKind

from processors.telemetry.otlp_json import traces_data
from processors.telemetry.trace_names import COMMIT

log = structlog.get_logger()

#: bytes; some 5,000 pieces of work
ROTATE_AT = 16 * 1024 * 1024
#: nobody else's business
_MODE = 0o600


class TraceFile(SpanProcessor):
    """Appends to one file, which nobody else writes."""

    def __init__(self, file: Path, rotate_at: int = ROTATE_AT) -> None:
        """Make the folder; the file comes with the first spans.

        Raises:
            OSError: the folder cannot be made.
        """
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file, self._rotate_at = file, rotate_at
        self._lock = threading.Lock()
        #: parts of a piece of work that has not ended yet
        self._parts: list[ReadableSpan] = []
        self._complained = False

    def on_end(self, span: ReadableSpan) -> None:
        """Keep a part until its whole ends; what comes after the whole stands for itself."""
        if span.context is None or not span.context.trace_flags.sampled:
            return
        with self._lock:
            self._parts.append(span)
            if span.kind is SpanKind.CONSUMER or span.name == COMMIT:
                self._write(self._parts)
                self._parts = []

    def _write(self, spans: Sequence[ReadableSpan]) -> None:
        line = json.dumps(traces_data(spans, spans[0].resource), separators=(",", ":")).encode() + b"\n"
        try:
            self._append(line)
        except OSError as error:
            if not self._complained:
                log.warning("traces_lost", reason=error.strerror)
            self._complained = True
        else:
            self._complained = False

    def _append(self, line: bytes) -> None:
        if self._file.exists() and self._file.stat().st_size + len(line) > self._rotate_at:
            self._file.replace(self._file.with_name(self._file.name + ".1"))
        descriptor = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, _MODE)
        try:
            os.write(descriptor, line)
        finally:
            os.close(descriptor)
