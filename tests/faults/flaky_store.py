"""A way to the object store on which a share of the requests is answered 503, as an overloaded store does."""

from __future__ import annotations

import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import Self


class FlakyStore:
    """Running inside a `with`; hands on everything that it does not refuse, byte by byte, signatures included."""

    def __init__(self, to: str, seed: int) -> None:
        """Prepare.

        Args:
            to: host:port of the store
            seed: of what is refused
        """
        self.to, self._random, self._lock = to, Random(seed), threading.Lock()
        #: share of the requests that are refused, 0 to 1
        self.share = 0.0
        self.requests = self.refused = 0

    @property
    def endpoint(self) -> str:
        """host:port for clients."""
        return f"127.0.0.1:{self._server.server_port}"

    def refuses(self) -> bool:
        """Whether this request is refused."""
        with self._lock:
            no = self._random.random() < self.share
            self.requests, self.refused = self.requests + 1, self.refused + no
            return no

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(store: FlakyStore) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

        def hand_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if store.refuses():
                self.send_response(503)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            connection = http.client.HTTPConnection(store.to, timeout=60)
            try:
                connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
                for name, value in self.headers.items():
                    connection.putheader(name, value)
                connection.endheaders(body)
                answer = connection.getresponse()
                content = answer.read()
            except OSError:
                self.close_connection = True  # the store is away: so is the way to it
                return
            finally:
                connection.close()
            self.send_response_only(answer.status, answer.reason)
            for name, value in answer.getheaders():
                if name.lower() not in ("transfer-encoding", "connection") and not (
                    name.lower() == "content-length" and self.command != "HEAD"
                ):
                    self.send_header(name, value)
            if self.command != "HEAD" and answer.status not in (204, 304):
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = hand_on  # noqa: N815 - names of the base class

    return Handler
