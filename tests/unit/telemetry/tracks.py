"""Spans of a worker in memory, with the SDK as a worker has it."""

from __future__ import annotations

from dataclasses import dataclass, field

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import TraceIdRatioBased

from processors.telemetry.otlp_json import SCOPE
from processors.telemetry.spans import DerivedTraces, Spans


@dataclass
class Tracks:
    """The spans of one or more workers, in the order in which they were exported."""

    share: float = 1.0
    exporter: InMemorySpanExporter = field(default_factory=InMemorySpanExporter)

    def of(self, stage: str) -> Spans:
        """Who listens to a worker of this stage."""
        ids = DerivedTraces()
        provider = TracerProvider(
            sampler=TraceIdRatioBased(self.share), resource=Resource({}), id_generator=ids, shutdown_on_exit=False
        )
        provider.add_span_processor(SimpleSpanProcessor(self.exporter))
        return Spans(stage, provider.get_tracer(SCOPE), ids)

    @property
    def spans(self) -> tuple[ReadableSpan, ...]:
        return self.exporter.get_finished_spans()

    def named(self, name: str) -> list[ReadableSpan]:
        return [span for span in self.spans if span.name == name]

    def one(self, name: str) -> ReadableSpan:
        (span,) = self.named(name)
        return span


def inside(spans: tuple[ReadableSpan, ...], whole: ReadableSpan) -> list[str]:
    """Names of the parts of a piece of work, in order of their begin."""
    assert whole.context is not None
    parts = [one for one in spans if one.parent and one.parent.span_id == whole.context.span_id]
    return [one.name for one in sorted(parts, key=lambda one: one.start_time or 0)]


def orphans(spans: tuple[ReadableSpan, ...]) -> list[str]:
    """Names of spans whose parent nobody exported."""
    known = {one.context.span_id for one in spans if one.context}
    return [one.name for one in spans if one.parent is not None and one.parent.span_id not in known]
