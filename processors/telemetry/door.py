"""Where Prometheus asks this process for its metrics: `GET /metrics`, without TLS and without a password.

Whoever reaches the address reads the numbers, so it is loopback on one machine and behind a network policy on a
cluster. A file in the home folder tells where it is, in the format of Prometheus' `file_sd_configs`.
"""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from prometheus_client import make_wsgi_app

from processors.telemetry import metrics
from processors.variables import SettingInvalid

FOLDER = "metrics"
PATH = "/metrics"
#: Questions that are answered at the same time; more are hung up on. One Prometheus asks one at a time.
_AT_ONCE = 4
#: Whoever says nothing for so many seconds is hung up on.
_SECONDS = 10
_ANYWHERE = ("0.0.0.0", "::", "[::]")  # noqa: S104 - compared with, not bound to


class _Handler(WSGIRequestHandler):
    """Says nothing, and does not wait for ever."""

    timeout = _SECONDS

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: a question a second would fill the log."""


class _Server(ThreadingMixIn, WSGIServer):
    """A few threads at most, so that strangers' connections cost a worker nothing."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int]) -> None:
        found = socket.getaddrinfo(*address, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        self.address_family, _, _, _, (host, port, *_) = found[0]
        self._free = threading.BoundedSemaphore(_AT_ONCE)
        super().__init__((str(host), int(port)), _Handler)

    def server_bind(self) -> None:
        """As the library does, without its question to a name server who we are."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])
        self.setup_environ()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer in a thread, if one is free."""
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Let the next one in when this one is done."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever hung up, or never asked, is no error of ours."""


@contextmanager
def opened(address: str, home: Path, process: str, slot: str) -> Iterator[None]:
    """Answer at `address` until the block ends; nothing is opened where it is empty.

    Args:
        address: host:port, see `settings.py`
        home: the file that tells of the door is `metrics/PROCESS-SLOT.json` in it
        process: a stage, "record", "observe", …
        slot: tells apart the processes of one kind on one machine

    Raises:
        SettingInvalid: nothing can listen there.
    """
    if not address:
        yield
        return
    host, _, port = address.rpartition(":")
    try:
        server = _Server((host.strip("[]"), int(port)))
    except OSError as error:
        wanted = f"an address that is free on this machine ({error.strerror or type(error).__name__})"
        raise SettingInvalid("CHANCERY_METRICS", address, wanted) from error
    server.set_app(_app(make_wsgi_app(metrics.REGISTRY)))
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    file = home / FOLDER / f"{process}-{slot}.json"
    try:
        _tell(file, "127.0.0.1" if host in _ANYWHERE else host, server.server_port, process, slot)
        yield
    finally:
        file.unlink(missing_ok=True)
        server.shutdown()
        server.server_close()


def _app(tell: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != PATH:
            start_response("404 Not Found", [("Content-Type", "text/plain")])
            return [b"See /metrics.\n"]
        metrics.measure()
        return tell(environ, start_response)

    return app


def _tell(file: Path, host: str, port: int, process: str, slot: str) -> None:
    """Write the file in one step: Prometheus reads it whenever it changes."""
    file.parent.mkdir(parents=True, exist_ok=True)
    entry = [{"targets": [f"{host}:{port}"], "labels": {"process": process, "slot": slot}}]
    # Not .json yet: Prometheus looks for those.
    half = file.with_suffix(f".{os.getpid()}")
    half.write_text(json.dumps(entry) + "\n", encoding="utf-8")
    half.replace(file)
