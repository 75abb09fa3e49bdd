"""From what the worker tells to OpenTelemetry spans.

A piece of work is exported as a whole once it is answered, and before its answers are written: whatever a later
span names as its parent is there, also if this process is killed in the next moment. What dies in the middle leaves
nothing; the attempt that follows says that there was one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from opentelemetry.context import Context as OtelContext
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    Tracer,
    set_span_in_context,
)

from processors.errors import PipelineError
from processors.events import Event
from processors.telemetry.describing import attributes_of, ended_by
from processors.telemetry.trace_ids import Context, anchor, trace_of
from processors.telemetry.trace_names import COMMIT, PIECE
from processors.telemetry.tracing import Attempt, InHand, Value

_NS_PER_MS = 1_000_000
#: Never the current one: a span belongs where we say.
_ROOT = OtelContext()


class DerivedTraces(RandomIdGenerator):
    """Draws ids of spans; a trace's id is told before its first span here begins."""

    def __init__(self) -> None:
        self.trace = 0

    def generate_trace_id(self) -> int:
        """The id that was told."""
        return self.trace

    def is_trace_id_random(self) -> bool:
        """It is derived, see `trace_ids.py`."""
        return False


@dataclass
class _Step:
    name: str
    #: ns since 1970, as all times here
    begun: int
    ended: int = 0
    attributes: dict[str, Value] = field(default_factory=dict)
    code: str = ""


class Spans:
    """See `tracing.Tracing`."""

    def __init__(
        self, stage: str, tracer: Tracer, ids: DerivedTraces, close: Callable[[], None] = lambda: None
    ) -> None:
        """Take what is needed.

        Args:
            stage: whose work this is
            tracer: where the spans go
            ids: where the tracer's provider takes its ids from
            close: sends what is still to be sent
        """
        self._stage, self._tracer, self._ids, self._close = stage, tracer, ids, close
        #: when the record in hand was taken; 0 once an attempt was made at its work
        self._taken = 0
        #: answered and not yet written
        self._uncommitted: list[_Piece] = []

    def taken(self) -> None:
        """See `Tracing`."""
        self._taken = time.time_ns()

    @contextmanager
    def attempt(self, attempt: Attempt) -> Iterator[InHand]:
        """See `Tracing`. An error that is none of ours ends the process, and the span says so."""
        piece = _Piece(self._stage, self._tracer, self._ids, attempt, self._taken)
        self._taken = 0
        try:
            yield piece
        except PipelineError as error:
            piece.failed(error.code)
            piece.decided("given_back")
            raise
        except Exception as error:
            piece.failed(type(error).__name__)
            raise
        else:
            if piece.is_answered:
                self._uncommitted.append(piece)
        finally:
            piece.export()

    def committed(self, code: str = "") -> None:
        """See `Tracing`."""
        now = time.time_ns()
        # All of a batch are written in one transaction, after the last of them.
        begun = max((piece.ended for piece in self._uncommitted), default=now)
        for piece in self._uncommitted:
            piece.commit(begun, now, code)
        self._uncommitted.clear()

    def close(self) -> None:
        """See `Tracing`."""
        self._close()


class _Piece:
    """See `tracing.InHand`."""

    def __init__(self, stage: str, tracer: Tracer, ids: DerivedTraces, attempt: Attempt, taken: int) -> None:
        self._stage, self._tracer, self._attempt, self._taken = stage, tracer, attempt, taken
        self.begun, self.ended = taken or time.time_ns(), 0
        self.is_answered = self._is_exported = False
        self._code = ""
        self._steps: list[_Step] = []
        self._said: dict[str, Value] = {}
        document = attempt.document
        ids.trace = trace_of(document.id, document.run_id)
        before, links = Context.of(attempt.incoming.trace), []
        if before is not None and before.trace != ids.trace:
            # Written by the work on another document, such as the mail that this one came with.
            links.append(Link(_remote(before)))
            before = None
        if before is None and document.continues:
            links.append(Link(_remote(anchor(document.id, document.continues))))
        self._parent = None if before is None else set_span_in_context(NonRecordingSpan(_remote(before)), _ROOT)
        named = attributes_of(attempt, stage)
        name, kind = f"{stage} {PIECE}", SpanKind.CONSUMER
        self._span = tracer.start_span(name, self._parent or _ROOT, kind, named, links, self.begun)
        own = self._span.get_span_context()
        #: else it is none of the share of documents that are traced
        self._is_traced = own.trace_flags.sampled
        self._inside = set_span_in_context(self._span, _ROOT)
        self.header = Context(own.trace_id, own.span_id, own.trace_flags.sampled).header()

    @contextmanager
    def step(self, name: str) -> Iterator[dict[str, Value]]:
        """See `InHand`."""
        step = _Step(name, time.time_ns())
        self._steps.append(step)
        try:
            yield step.attributes
        except PipelineError as error:
            step.code = error.code
            raise
        finally:
            step.ended = time.time_ns()

    def answered(self, events: Sequence[Event[Any]]) -> None:
        """See `InHand`."""
        self.is_answered, self.ended = True, time.time_ns()
        self._said |= ended_by(events)

    def failed(self, code: str) -> None:
        """See `InHand`."""
        self._code, self.ended = code, time.time_ns()

    def decided(self, outcome: str) -> None:
        """See `InHand`."""
        self._said["chancery.outcome"] = outcome
        if outcome == "retried":
            self.export()  # before the pause

    def export(self) -> None:
        """Let go of all of it, once."""
        if self._is_exported or not (self._said or self._code):
            return  # with nothing said the process dies here, as under kill -9
        self._is_exported = True
        if not self._is_traced:
            return
        written = self._attempt.incoming.written * _NS_PER_MS
        if self._taken and written:
            # Clocks may differ: a record was not written after it was taken.
            written = min(written, self.begun)
            self._said["chancery.waited_ms"] = (self.begun - written) // _NS_PER_MS
            self._emit(_Step("wait", written, self.begun), self._parent or self._inside)
        if self._attempt.earlier is not None:
            before = round(self._attempt.earlier.timestamp() * 1000) * _NS_PER_MS
            self._said["chancery.earlier_ms"] = max(0, self.begun - before) // _NS_PER_MS
        for step in self._steps:
            self._emit(step, self._inside)
        self._span.set_attributes(self._said)
        self._end(self._span, self._code, self.ended)

    def commit(self, begun: int, ended: int, code: str) -> None:
        """Its transaction, after it was exported."""
        if self._is_traced:
            self._emit(_Step(COMMIT, begun, ended, code=code), self._inside)

    def _emit(self, step: _Step, within: OtelContext) -> None:
        named = {"chancery.stage": self._stage, "chancery.document": self._attempt.document.id, **step.attributes}
        span = self._tracer.start_span(step.name, within, SpanKind.INTERNAL, named, (), step.begun)
        self._end(span, step.code, step.ended)

    @staticmethod
    def _end(span: Span, code: str, at: int) -> None:
        if code:
            span.set_attribute("error.type", code)
            span.set_status(Status(StatusCode.ERROR, code))
        span.end(at)


def _remote(context: Context) -> SpanContext:
    flags = TraceFlags(TraceFlags.SAMPLED if context.sampled else TraceFlags.DEFAULT)
    return SpanContext(context.trace, context.span, is_remote=True, trace_flags=flags)
