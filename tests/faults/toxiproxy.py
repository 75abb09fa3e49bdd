"""Toxiproxy: connections that are cut, held up or reset while both ends live.

`python -m tests.faults.toxiproxy` builds the pinned version into the cache folder, beside MinIO; only `make faults`
needs it. A test that finds none is skipped, and fails in CI.
"""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from processors.local import ports
from processors.local.environment import cache_folder, inherited
from processors.local.failures import ProgramMissingError
from processors.local.process import Process

MODULE = "github.com/Shopify/toxiproxy/v2"
VERSION = "v2.5.0"


def binary() -> Path:
    """Where it lies, or will lie."""
    return cache_folder() / "bin" / f"toxiproxy-{VERSION}"


class Toxiproxy:
    """A running proxy server; one named way through it at a time can be cut and mended."""

    def __init__(self, api: int, process: Process) -> None:
        self._api, self._process = api, process

    def way(self, name: str, to: str) -> str:
        """Open a way to the server at `to` (host:port); the host:port that leads there."""
        listen = f"{ports.LOOPBACK}:{ports.choose([None])[0]}"
        self._ask("POST", "/proxies", {"name": name, "listen": listen, "upstream": to, "enabled": True})
        return listen

    def cut(self, name: str) -> None:
        """End all connections of this way and take no new ones."""
        self._ask("POST", f"/proxies/{name}", {"enabled": False})

    def mend(self, name: str) -> None:
        """Take connections again."""
        self._ask("POST", f"/proxies/{name}", {"enabled": True})

    def poison(self, name: str, toxic: str, **attributes: int) -> None:
        """Put a toxic on what comes back, such as `latency`, `timeout` or `reset_peer`."""
        self._ask("POST", f"/proxies/{name}/toxics", {"name": toxic, "type": toxic, "attributes": attributes})

    def cure(self, name: str, toxic: str) -> None:
        """Take the toxic away."""
        self._ask("DELETE", f"/proxies/{name}/toxics/{toxic}")

    def _ask(self, method: str, path: str, body: Any = None) -> None:
        connection = http.client.HTTPConnection(ports.LOOPBACK, self._api, timeout=10)
        try:
            connection.request(method, path, None if body is None else json.dumps(body))
            answer = connection.getresponse()
            assert answer.status < 300, f"{method} {path}: {answer.status} {answer.read().decode()}"
        finally:
            connection.close()


@contextmanager
def toxiproxy(folder: Path) -> Iterator[Toxiproxy]:
    """A proxy server for one test, its log in `folder`.

    Raises:
        ProgramMissingError: it was not fetched.
    """
    if not binary().is_file():
        raise ProgramMissingError(f"toxiproxy {VERSION}", "Run `python -m tests.faults.toxiproxy`; Go builds it.")
    (api,) = ports.choose([None])
    command = [str(binary()), "-host", ports.LOOPBACK, "-port", str(api)]
    process = Process("toxiproxy", command, folder / "toxiproxy.log", inherited())
    process.start()
    try:
        process.wait_healthy(lambda: _serves(api), 20)
        yield Toxiproxy(api, process)
    finally:
        process.kill()


def _serves(api: int) -> bool:
    connection = http.client.HTTPConnection(ports.LOOPBACK, api, timeout=2)
    try:
        connection.request("GET", "/version")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()


def fetch() -> None:
    """Build it unless it is there.

    Raises:
        subprocess.CalledProcessError: Go could not.
    """
    place = binary()
    if place.is_file():
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=place.parent) as scratch:
        variables = inherited() | {"GOBIN": scratch, "GOOS": "", "GOARCH": ""}
        subprocess.run(["go", "install", f"{MODULE}/cmd/server@{VERSION}"], env=variables, check=True)
        (Path(scratch) / "server").replace(place)


if __name__ == "__main__":
    fetch()
    sys.stdout.write(f"toxiproxy {VERSION}: there\n")
