"""Spans to the site's own OTLP collector over HTTP, to the address that the settings name and to no other.

The libraries below read variables of their own (OTEL_…, proxies, .netrc), of which none is to lead anything
elsewhere. So everything that they would look up is told here, and the session refuses what they found all the same.
"""

from __future__ import annotations

import logging
import time
from typing import Any, Final

import certifi
import requests
import structlog
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.metrics import NoOpMeterProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from processors.telemetry.trace_settings import TraceSettings

log = structlog.get_logger()

#: seconds that a batch may take; meanwhile the queue fills, and what no longer fits is dropped
_SECONDS: Final = 3.0
#: Spans that wait at most, some 3 MB: at 50 pieces of work a second those of 5 s.
MOST_WAITING: Final = 2048
_BATCH, _EVERY_MS = 512, 1_000
_COMPLAIN_SECONDS, _MOST_REASON = 600.0, 200
#: What a request says of itself, besides its length.
_HEADERS: Final = frozenset({"content-type", "user-agent", "content-encoding"})


class _Session(requests.Session):
    """Speaks to whom it is told to, and says nothing that the environment would add."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False

    def request(self, *args: Any, **kw: Any) -> requests.Response:
        """See `requests.Session`."""
        self.cert = None
        named = kw.get("headers") or {}
        kw["headers"] = {name: value for name, value in named.items() if name.lower() in _HEADERS}
        return super().request(*args, **kw)


class _Complaints(logging.Filter):
    """Makes one line in ten minutes of what the libraries say of each batch that they could not send."""

    def __init__(self) -> None:
        super().__init__()
        self._silent_until = 0.0

    def filter(self, record: logging.LogRecord) -> bool:
        """See `logging.Filter`: nothing passes."""
        if time.monotonic() >= self._silent_until:
            self._silent_until = time.monotonic() + _COMPLAIN_SECONDS
            log.warning("traces_lost", reason=record.getMessage()[:_MOST_REASON])
        return False


_COMPLAINTS: Final = _Complaints()


def processor(settings: TraceSettings) -> BatchSpanProcessor:
    """Sends spans from a thread of its own, which no work waits for."""
    for chatty in ("opentelemetry.exporter.otlp.proto.http.trace_exporter", "opentelemetry.sdk._shared_internal"):
        logging.getLogger(chatty).addFilter(_COMPLAINTS)
    exporter = OTLPSpanExporter(
        endpoint=settings.url,
        certificate_file=str(settings.ca or certifi.where()),
        timeout=_SECONDS,
        compression=Compression.NoCompression,
        session=_Session(),
        meter_provider=NoOpMeterProvider(),
    )
    return BatchSpanProcessor(
        exporter,
        max_queue_size=MOST_WAITING,
        schedule_delay_millis=_EVERY_MS,
        max_export_batch_size=_BATCH,
        export_timeout_millis=_SECONDS * 1000,
        meter_provider=NoOpMeterProvider(),
    )
