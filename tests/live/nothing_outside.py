"""What is done in a network from which nothing gets out: documents on the real stack, and tries to get out."""

from __future__ import annotations

import contextlib
import csv
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).parents[2] / "samples"
#: recognised, with a text layer, converted by LibreOffice, with something attached, refused
DOCUMENTS = ("receipt-stationers.png", "fcc-order.pdf", "recorder-notice.docx", "receipt-by-mail.eml", "locked.pdf")
#: A test network: nobody's address.
ADDRESS, ADDRESS_6, NAME = "192.0.2.1", "2001:db8:1::1", "updates.example"


def documents_through_the_stack(folder: Path) -> dict[str, Any]:
    """Start everything, send documents to their ends, look at them, stop everything. Exit codes by step."""
    sent = folder / "documents"
    sent.mkdir()
    with (SAMPLES / "MANIFEST.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["file"] in DOCUMENTS]
    assert len(rows) == len(DOCUMENTS)
    with (sent / "MANIFEST.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, rows[0].keys())
        table.writeheader()
        table.writerows(rows)
    for name in DOCUMENTS:
        shutil.copy(SAMPLES / name, sent)
    home = folder / "home"
    steps = {
        "up": ("up", "--agency", "expect", "--ocr-workers", "1"),
        "expect": ("expect", str(sent), "--timeout", "300"),
        "status": ("status",),
        "report": ("report",),
        "doctor": ("doctor",),
        "audit": ("audit", "verify"),
    }
    try:
        return {name: _chancery(home, *words) for name, words in steps.items()}
    finally:
        _chancery(home, "down")


def tries(_folder: Path) -> int:
    """Reach for the outside in the ways in which programs do; how many ways."""
    ways = ((socket.AF_INET, ADDRESS), (socket.AF_INET6, ADDRESS_6))
    for family, address in ways:
        with socket.socket(family) as there, contextlib.suppress(OSError):
            there.settimeout(0.3)
            there.connect((address, 443))
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


def _chancery(home: Path, *words: str) -> int:
    done = subprocess.run(
        [sys.executable, "-m", "processors.cli", *words],
        env=os.environ | {"CHANCERY_HOME": str(home)},
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        check=False,
    )
    return done.returncode
