"""A small OTLP receiver on the loopback address; it may also hang, redirect or complain."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span


@dataclass
class Collector:
    """What came in."""

    url: str = ""
    status: int = 200
    #: sent with every answer
    answer_headers: dict[str, str] = field(default_factory=dict)
    #: set to let hanging requests go
    released: threading.Event = field(default_factory=threading.Event)
    hangs: bool = False
    paths: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    requests: list[ExportTraceServiceRequest] = field(default_factory=list)

    @property
    def spans(self) -> list[Span]:
        return [
            span
            for request in self.requests
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


@contextmanager
def collector(**behaviour: object) -> Iterator[Collector]:
    """One that listens."""
    taken = Collector(**behaviour)  # type: ignore[arg-type]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            taken.paths.append(self.path)
            taken.headers.append({name.lower(): value for name, value in self.headers.items()})
            if taken.hangs:
                taken.released.wait(60)
                return
            taken.requests.append(ExportTraceServiceRequest.FromString(body))
            self.send_response(taken.status)
            for name, value in taken.answer_headers.items():
                self.send_header(name, value)
            self.send_header("content-length", "0")
            self.end_headers()

        do_GET = do_POST  # noqa: N815

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        taken.url = f"http://127.0.0.1:{server.server_port}/v1/traces"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield taken
        finally:
            taken.released.set()
            server.shutdown()
            thread.join()
