"""A model server's certificate is checked; a setting names the site's own authority."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from processors import config
from processors.adapters import language_server, vision_model
from processors.adapters.model_server import Asked, ModelServer
from processors.config import Settings
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


ONE = [Asked("models", None, 10)]


def test_only_the_authority_that_is_named_vouches_for_it(server: tuple[str, Path], tmp_path: Path) -> None:
    url, ca = server
    other = tmp_path / "other"
    other.mkdir()
    for stranger in (None, Authority(other).certificate_file):
        with pytest.raises(DependencyUnavailable):
            ModelServer("model", url, ca=stranger).ask(ONE, seconds=2)
    assert ModelServer("model", url, ca=ca).ask(ONE, seconds=20) == [b"{}"]


@pytest.mark.parametrize(
    ("kind", "made"), [("VISION", vision_model.from_settings), ("LANGUAGE", language_server.from_settings)]
)
def test_the_settings_of_each_model_name_it(
    server: tuple[str, Path], kind: str, made: Callable[[Settings], object]
) -> None:
    url, ca = server
    told = {f"CHANCERY_{kind}_URL": url, f"CHANCERY_{kind}_MODEL": "m"}
    for more, trusted in (({}, False), ({f"CHANCERY_{kind}_CA": str(ca)}, True)):
        asks: Any = made(config.load(told | more))
        if trusted:
            assert asks._server.ask(ONE, seconds=20) == [b"{}"]
        else:
            with pytest.raises(DependencyUnavailable):
                asks._server.ask(ONE, seconds=2)
