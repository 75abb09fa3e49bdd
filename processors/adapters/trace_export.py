"""Puts a worker's tracing together, as its settings say: to a collector, to a file, or nothing at all."""

from __future__ import annotations

import os
import threading

from processors import __version__
from processors.config import Settings
from processors.telemetry.tracing import OFF, Tracing
from processors.variables import SettingInvalid

#: Seconds that what is still to be sent may take when the worker ends.
_LAST_SECONDS = 4.0


def tracing(settings: Settings, stage: str, slot: int) -> Tracing:
    """Who listens to a worker's work.

    Raises:
        SettingInvalid: the folder of files cannot be made.
    """
    traces = settings.traces
    if traces.share == 0 or not (traces.url or traces.folder):
        return OFF
    # Loaded here: who does not trace pays nothing for it.
    from opentelemetry.metrics import NoOpMeterProvider  # noqa: PLC0415
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import SpanLimits, SpanProcessor, TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.sampling import TraceIdRatioBased  # noqa: PLC0415

    from processors.telemetry.otlp_json import SCOPE  # noqa: PLC0415
    from processors.telemetry.spans import DerivedTraces, Spans  # noqa: PLC0415

    sink: SpanProcessor
    if traces.folder is not None:
        from processors.adapters.trace_files import TraceFile  # noqa: PLC0415

        try:
            sink = TraceFile(traces.folder / f"{stage}-{slot}.jsonl")
        except OSError as error:
            wanted = f"a folder that can be made and written ({error.strerror})"
            raise SettingInvalid("CHANCERY_TRACES", traces.to, wanted) from error
    else:
        from processors.adapters import trace_collector  # noqa: PLC0415

        sink = trace_collector.processor(traces)
    ids = DerivedTraces()
    # Nothing is left for the SDK to look up: not in OTEL_ variables, not on the machine, not on the network.
    provider = TracerProvider(
        sampler=TraceIdRatioBased(traces.share),
        resource=Resource(
            {
                "service.name": f"chancery-{stage}",
                "service.namespace": settings.prefix.strip("-") or "chancery",
                "service.instance.id": f"{stage}-{slot}",
                "service.version": __version__,
                "process.pid": os.getpid(),
            }
        ),
        shutdown_on_exit=False,
        id_generator=ids,
        span_limits=SpanLimits(
            max_attributes=64,
            max_events=8,
            max_links=8,
            max_event_attributes=8,
            max_link_attributes=8,
            max_attribute_length=256,
            max_span_attribute_length=256,
            max_span_attributes=64,
        ),
        meter_provider=NoOpMeterProvider(),
    )
    provider.add_span_processor(sink)

    def close() -> None:
        # In a thread that may be left behind: a collector that hangs must not hold the worker's end up.
        last = threading.Thread(target=provider.shutdown, daemon=True)
        last.start()
        last.join(_LAST_SECONDS)

    return Spans(stage, provider.get_tracer(SCOPE), ids, close)
