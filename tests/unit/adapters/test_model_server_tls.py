"""A model server's certificate is checked; SSL_CERT_FILE names a site's own authority."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from processors.adapters.model_server import Asked, ModelServer
from processors.errors import DependencyUnavailable
from processors.local.certificates import Authority, write_secret


class _Hello(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Quiet(HTTPServer):
    def handle_error(self, *_: object) -> None:
        """A client that does not trust us hangs up."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    authority = Authority(tmp_path)
    write_secret(tmp_path / "server.pem", b"".join(authority.issue("model")))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem")
    listening = _Quiet(("127.0.0.1", 0), _Hello)
    listening.socket = context.wrap_socket(listening.socket, server_side=True)
    thread = threading.Thread(target=listening.serve_forever)
    thread.start()
    yield f"https://127.0.0.1:{listening.server_port}/v1", authority.certificate_file
    listening.shutdown()
    listening.server_close()
    thread.join(5)


def test_a_site_s_own_authority_is_named_by_a_variable(
    server: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, ca = server
    with pytest.raises(DependencyUnavailable):
        ModelServer("model", url).ask([Asked("models", None, 10)], seconds=2)
    monkeypatch.setenv("SSL_CERT_FILE", str(ca))
    assert ModelServer("model", url).ask([Asked("models", None, 10)], seconds=20) == [b"{}"]
