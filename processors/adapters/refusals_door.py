"""Takes what MinIO's audit webhook tells of each request, over TLS, from whoever knows the token.

MinIO sends an entry again until it is told that it arrived, and nothing behind it meanwhile: so whatever comes in
is answered with 200 once it is kept, or is of no use. A topic of Kafka in place of this door would be simpler, but
MinIO cannot send an entry there that is larger than a record, and would stop there: whoever asks to delete a
thousand objects with long names makes one of many megabytes.
"""

from __future__ import annotations

import hmac
import json
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import structlog

from processors.refusals.settings import RefusalSettings

log = structlog.get_logger()

Take = Callable[[Sequence[Mapping[str, Any]]], None]
Lost = Callable[[], None]

#: Bytes of one entry. A thousand names of a kilobyte each stay below it, however they are escaped. Of a larger one
#: is kept that there was one.
_LARGEST = 32 * 1024 * 1024
_CHUNK = 1024 * 1024
_IDLE_SECONDS = 120


class Door:
    """Listens in threads of its own until it is closed."""

    def __init__(self, settings: RefusalSettings, take: Take, lost: Lost) -> None:
        """Begin.

        Args:
            settings: where, with which certificate and token
            take: keeps entries; called by one thread at a time; an OSError of it makes MinIO try again
            lost: keeps that an entry could not be read; the same holds of it

        Raises:
            OSError: the address is taken, or the certificate cannot be read.
        """
        host, _, port = settings.listen.rpartition(":")
        assert settings.pem is not None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(settings.pem)
        self._server = _Server((host, int(port)), settings.token, take, lost)
        # Hands are shaken in the connection's own thread: one that only connects holds up nobody.
        self._server.socket = context.wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    def close(self) -> None:
        """Stop listening; what is being kept is kept."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], token: str, take: Take, lost: Lost) -> None:
        self.token, self._take, self._lost, self._lock = token.encode(), take, lost, threading.Lock()
        super().__init__(address, _Handler)

    def keep(self, entries: Sequence[Mapping[str, Any]], lost: int) -> None:
        with self._lock:
            self._take(entries)
            for _ in range(lost):
                self._lost()

    def handle_error(self, *_: Any) -> None:
        """A connection that breaks off is no news; what it told comes again."""
        log.info("connection_ended")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _IDLE_SECONDS
    server: _Server

    def do_POST(self) -> None:
        """Take entries, a JSON object a line."""
        told = self.headers.get("Authorization", "").encode("utf-8", "replace")
        length = self.headers.get("Content-Length", "")
        if not hmac.compare_digest(told, self.server.token):
            log.warning("told_without_token")
            self._answer(HTTPStatus.FORBIDDEN, end=True)
        elif not length.isdigit():
            self._answer(HTTPStatus.LENGTH_REQUIRED, end=True)
        elif int(length) > _LARGEST:
            log.error("entry_too_large", bytes=int(length))
            # Read to its end all the same: MinIO takes a connection that is closed early for a failure.
            for left in range(int(length), 0, -_CHUNK):
                self.rfile.read(min(left, _CHUNK))
            self._keep([], 1)
        else:
            self._keep(*_entries(self.rfile.read(int(length))))

    def _keep(self, entries: Sequence[Mapping[str, Any]], lost: int) -> None:
        try:
            self.server.keep(entries, lost)
        except OSError as error:
            log.error("not_kept", reason=error.strerror)
            self._answer(HTTPStatus.INSUFFICIENT_STORAGE)
        else:
            self._answer(HTTPStatus.OK)

    def _answer(self, status: HTTPStatus, *, end: bool = False) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        if end:
            # What stands behind the head was not read.
            self.send_header("Connection", "close")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing: a line would quote the request."""


def _entries(untrusted: bytes) -> tuple[list[Mapping[str, Any]], int]:
    """The entries, a line each, and how many lines are none."""
    found: list[Mapping[str, Any]] = []
    lost = 0
    for line in filter(None, untrusted.split(b"\n")):
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            log.error("entry_unreadable", bytes=len(line))
            lost += 1
            continue
        # MinIO asks with an empty object whether anybody is there.
        if isinstance(entry, dict) and entry:
            found.append(entry)
    return found, lost
