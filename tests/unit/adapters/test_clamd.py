"""The client of the malware scanner, against a server that says anything but what it should."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from processors.adapters.clamd import Clamd, from_settings
from processors.advisers import Verdict
from processors.config import load
from processors.errors import DependencyUnavailable
from processors.variables import SettingInvalid


class FakeClamd:
    """Answers INSTREAM with `says`, and VERSION with `version`; keeps what it was sent."""

    def __init__(self) -> None:
        self.says = b"stream: OK\0"
        self.version = b""
        self.set_age(timedelta(hours=1))
        self.streams: list[bytes] = []
        self.asked: list[bytes] = []
        #: bytes of a stream after which it answers and hangs up
        self.most: int | None = None
        #: what it says of those that are not too long; None = the same
        self.says_of_small: bytes | None = None
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listening.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def set_age(self, age: timedelta) -> None:
        made = datetime.now().astimezone() - age
        self.version = f"ClamAV 1.4.6/27450/{made:%a %b %d %H:%M:%S %Y}\0".encode()

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(10)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as stream:
                command = b""
                while not command.endswith(b"\0"):
                    command += stream.read(1)
                self.asked.append(command)
                if command == b"zVERSION\0":
                    connection.sendall(self.version)
                    continue
                sent, says = b"", self.says_of_small or self.says
                while size := struct.unpack(">I", stream.read(4))[0]:
                    sent += stream.read(size)
                    if self.most is not None and len(sent) > self.most:
                        says = self.says
                        break
                self.streams.append(sent)
                connection.sendall(says)


@pytest.fixture
def server() -> Iterator[FakeClamd]:
    made = FakeClamd()
    yield made
    made.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "f"
    path.write_bytes(bytes(range(256)) * 4000)
    return path


def test_the_whole_file_is_sent_and_ok_is_clean(server: FakeClamd, file: Path) -> None:
    assert Clamd(server.address, 24).scan(file) == Verdict()
    assert server.streams == [file.read_bytes()]


@pytest.mark.parametrize(
    ("says", "verdict"),
    [
        (b"stream: Win.Test.EICAR_HDB-1 FOUND\0", Verdict("Win.Test.EICAR_HDB-1")),
        (b"stream: Local.Sig-7.UNOFFICIAL FOUND\0", Verdict("Local.Sig-7.UNOFFICIAL")),
        (b"stream: a b\nc<script> FOUND\0", Verdict("unnamed")),
        (b"stream: " + b"x" * 500 + b" FOUND\0", Verdict("unnamed")),
        (
            b"stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0",
            Verdict("Heuristics.Limits.Exceeded.MaxFileSize", scanned=False),
        ),
        (b"stream: Heuristics.Encrypted.Zip FOUND\0", Verdict("Heuristics.Encrypted.Zip", scanned=False)),
    ],
)
def test_what_is_found_is_named_only_by_what_looks_like_a_name(
    server: FakeClamd, file: Path, says: bytes, verdict: Verdict
) -> None:
    server.says = says
    assert Clamd(server.address, 24).scan(file) == verdict


@pytest.mark.parametrize(
    "says",
    [
        b"", b"\0", b"OK\0", b"stream: OK", b"stream: OKAY\0", b"stream: x ERROR\0", b"UNKNOWN COMMAND\0",
        b"\xff\xfe\0", b"stream: \0", b"a" * 9999, b"stream: FOUND\0x",
    ],
)  # fmt: skip
def test_whatever_is_no_verdict_holds_the_document(server: FakeClamd, file: Path, says: bytes) -> None:
    server.says = says
    with pytest.raises(DependencyUnavailable):
        Clamd(server.address, 24).scan(file)


def test_a_size_that_the_scanner_refuses_is_not_clean_and_says_what_to_set(server: FakeClamd, file: Path) -> None:
    server.most, server.says = 1000, b"INSTREAM size limit exceeded. ERROR\0"
    with pytest.raises(DependencyUnavailable, match="StreamMaxLength"):
        Clamd(server.address, 24).scan(file)


def test_a_scanner_that_is_away_or_silent_holds_the_document(server: FakeClamd, file: Path, tmp_path: Path) -> None:
    for address in ("127.0.0.1:1", str(tmp_path / "no-socket")):
        with pytest.raises(DependencyUnavailable):
            Clamd(address, 24).scan(file)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(DependencyUnavailable):
        Clamd(f"127.0.0.1:{silent.getsockname()[1]}", 24, seconds=0.2).scan(file)


@pytest.mark.parametrize("hours", [23, -1])
def test_fresh_signatures_are_asked_for_once_in_a_while(server: FakeClamd, file: Path, hours: int) -> None:
    server.set_age(timedelta(hours=hours))
    scanner = Clamd(server.address, 24)
    for _ in range(3):
        scanner.scan(file)
    assert server.asked.count(b"zVERSION\0") == 1


@pytest.mark.parametrize(
    "version",
    [None, b"ClamAV 1.4.6\0", b"ClamAV 1.4.6/1/yesterday\0", b"ClamAV 1/1/Thu Foo 99 08:00:00 2026\0", b""],
)
def test_signatures_that_are_stale_or_of_unknown_age_hold_the_document(
    server: FakeClamd, file: Path, version: bytes | None
) -> None:
    server.set_age(timedelta(hours=25))
    if version is not None:
        server.version = version
    with pytest.raises(DependencyUnavailable):
        Clamd(server.address, 24).scan(file)
    assert server.streams == []
    assert Clamd(server.address, 0).scan(file) == Verdict()


def test_signatures_from_the_future_are_a_wrong_clock(server: FakeClamd, file: Path) -> None:
    with pytest.raises(DependencyUnavailable, match="hours old"):
        Clamd(server.address, 24, now=lambda: datetime.now(UTC) - timedelta(days=3)).scan(file)


def test_giving_up_ends_the_call_under_way(file: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        scanner = Clamd(f"127.0.0.1:{silent.getsockname()[1]}", 0)
        errors: list[DependencyUnavailable] = []

        def scan() -> None:
            try:
                scanner.scan(file)
            except DependencyUnavailable as error:
                errors.append(error)

        thread = threading.Thread(target=scan)
        thread.start()
        connection, _ = silent.accept()
        with connection:
            connection.recv(10)
            scanner.give_up()
            thread.join(30)
        assert len(errors) == 1
        with pytest.raises(DependencyUnavailable):
            scanner.scan(file)


def test_settings() -> None:
    assert from_settings(load({})) is None
    for good in ("/run/clamav/clamd.ctl", "clamav:3310", "[::1]:3310"):
        assert from_settings(load({"CHANCERY_CLAMD": good})) is not None
    for bad in ("clamd.ctl", "http://clamav", "host:"):
        with pytest.raises(SettingInvalid, match="CHANCERY_CLAMD"):
            load({"CHANCERY_CLAMD": bad})
