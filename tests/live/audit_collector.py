"""Collects what MinIO's audit webhook tells of each request."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.waiting import until


class Collector:
    """Entries in the order in which they came."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.entries: list[dict[str, Any]] = []
        #: bytes of the largest entry
        self.largest = 0

    def wait(self, wanted: Callable[[dict[str, Any]], bool], start: int) -> dict[str, Any]:
        """The first entry from `start` on that is wanted.

        Raises:
            AssertionError: none came in time.
        """
        found = until(
            lambda: next((entry for entry in self.entries[start:] if wanted(entry)), None),
            "the store tells of the request",
            pause=0.02,
        )
        assert found is not None
        return found


@contextmanager
def collecting() -> Iterator[Collector]:
    """A collector on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            # MinIO asks with an empty object whether anybody is there.
            found = [json.loads(line) for line in body.splitlines() if line.strip()]
            collector.largest = max([collector.largest, *(len(line) for line in body.splitlines())])
            collector.entries.extend(entry for entry in found if entry)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    collector = Collector(f"http://127.0.0.1:{server.server_address[1]}/audit")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield collector
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
