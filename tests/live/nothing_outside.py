"""What is done in a network from which nothing gets out: documents on the real stack, and tries to get out."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

from processors.config import S3Settings
from processors.local import cache, minio_server, ports
from processors.local.process import Process
from tests.live import watch
from tests.waiting import until

SAMPLES = Path(__file__).parents[2] / "samples"
#: recognised; with a text layer; converted by LibreOffice; with something attached; refused
DOCUMENTS = {
    "receipt-stationers.png": "",
    "fcc-order.pdf": "",
    "recorder-notice.docx": "",
    "receipt-by-mail.eml": "",
    "locked.pdf": "password",
}
_TRIES = 4
#: A test network: nobody's address.
ADDRESS, ADDRESS_6, NAME = "192.0.2.1", "2001:db8:1::1", "updates.example"


def documents_through_the_stack(folder: Path) -> dict[str, str]:
    """Start everything, send documents to their ends, look at them, stop everything. Faults by step."""
    return _steps(
        folder,
        {
            "up": ("up", "--agency", "expect", "--ocr-workers", "1"),
            "expect": ("expect", str(_documents(folder)), "--timeout", "300"),
            "status": ("status",),
            "report": ("report",),
        },
    )


def documents_beside_airflow(folder: Path) -> dict[str, str]:
    """The same with Airflow, whose DAGs run while documents do."""
    return _steps(
        folder,
        {
            "up": ("up", "--agency", "expect", "--ocr-workers", "1", "--airflow"),
            "expect": ("expect", str(_documents(folder)), "--timeout", "600"),
        },
    )


def _documents(folder: Path) -> Path:
    """A few samples, with a manifest that says how they should end."""
    sent = folder / "documents"
    sent.mkdir()
    lines = ["path,expect", *(f"{name},{end}" for name, end in DOCUMENTS.items())]
    (sent / "MANIFEST.csv").write_text("\n".join(lines), "utf-8")
    for name in DOCUMENTS:
        shutil.copy(SAMPLES / name, sent)
    return sent


def _steps(folder: Path, steps: dict[str, tuple[str, ...]]) -> dict[str, str]:
    home = folder / "home"
    try:
        return {name: _patiently(home, *words) for name, words in steps.items()}
    finally:
        _chancery(home, "down")


def a_store_that_is_left_to_itself(folder: Path) -> bool:
    """MinIO without what keeps it from looking for newer versions here: its setting, and `--quiet`."""
    (port,) = ports.choose([None])
    s3 = S3Settings(f"{ports.LOOPBACK}:{port}", access_key="chancery", secret_key="chancery-test")
    told = minio_server.environment(s3, (), folder / "queue")
    assert told.pop("MINIO_UPDATE") == "off"
    command = [str(cache.minio()), "server", "--address", s3.endpoint, str(folder / "data")]
    server = Process("MinIO", command, folder / "minio.log", os.environ | told)
    server.start()
    try:
        until(lambda: any(one.asks for one in watch.SEEN), "it asks for a name")
    finally:
        server.kill()
    return True


def tries(_folder: Path) -> int:
    """Reach for the outside in the ways in which programs do; how many ways."""
    ways = ((socket.AF_INET, ADDRESS), (socket.AF_INET6, ADDRESS_6))
    for family, address in ways:
        with socket.socket(family) as there:
            with contextlib.suppress(OSError):
                there.settimeout(0.3)
                there.connect((address, 443))
            # Whose packet it was can be told as long as the connection is there.
            until(lambda to=address: any(one.to == to for one in watch.SEEN), "the watch sees it")  # type: ignore[misc]
    with contextlib.suppress(OSError):
        socket.getaddrinfo(NAME, 443)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as there:
        there.sendto(b"x", (ADDRESS, 4318))
    return len(ways) + 2


def on_this_machine(_folder: Path) -> str:
    """Speak to a server on the loopback address, and look a name up that the machine knows itself."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as there:
        accepted, _ = server.accept()
        with accepted:
            there.sendall(b"hello")
            socket.getaddrinfo("localhost", 80)
            return accepted.recv(5).decode()


def _patiently(home: Path, *words: str) -> str:
    """The same again where it did not come up in its time: how busy the machine is does not matter here."""
    for _ in range(_TRIES):
        if not (told := _chancery(home, *words)) or "has not started within" not in told:
            break
    return told


def _chancery(home: Path, *words: str) -> str:
    """Run a command; "" where all went well, else how it ended and the last that it said."""
    done = subprocess.run(
        [sys.executable, "-m", "processors.cli", *words],
        env=os.environ | {"CHANCERY_HOME": str(home)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return f"{done.returncode}: {done.stdout[-3000:]}" if done.returncode else ""
