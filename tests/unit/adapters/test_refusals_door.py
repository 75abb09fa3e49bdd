"""The door for MinIO's audit entries: TLS, a token, and an answer to whatever comes."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from processors.adapters import refusals_door
from processors.adapters.refusals_door import Door
from processors.local.certificates import Authority, write_secret
from processors.refusals.settings import RefusalSettings

TOKEN = "the-token"


class World:
    def __init__(self, folder: Path) -> None:
        authority = Authority(folder)
        self.pem, self.ca = folder / "door.pem", authority.certificate_file
        write_secret(self.pem, b"".join(authority.issue("refusals")))
        self.kept: list[Mapping[str, Any]] = []
        self.full, self.lost = False, 0
        self.door = Door(RefusalSettings("127.0.0.1:0", TOKEN, self.pem), self.take, self.lose)

    def take(self, entries: Sequence[Mapping[str, Any]]) -> None:
        if self.full:
            raise OSError(28, "No space left on device")
        self.kept += entries

    def lose(self) -> None:
        self.lost += 1

    def connection(self) -> http.client.HTTPSConnection:
        context = ssl.create_default_context(cafile=self.ca)
        return http.client.HTTPSConnection("127.0.0.1", self.door.port, timeout=20, context=context)

    def post(self, body: bytes, **headers: str) -> int:
        connection = self.connection()
        try:
            connection.request("POST", "/", body, {"Authorization": TOKEN} | headers)
            return connection.getresponse().status
        finally:
            connection.close()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.door.close()


def test_entries_are_taken_one_a_line(world: World) -> None:
    assert world.post(b'{"a": 1}\n{"b": 2}\n') == 200
    assert world.post(b"{}") == 200
    assert world.kept == [{"a": 1}, {"b": 2}]


def test_several_come_over_one_connection(world: World) -> None:
    connection = world.connection()
    for number in range(3):
        connection.request("POST", "/", json.dumps({"n": number}), {"Authorization": TOKEN})
        assert connection.getresponse().read() == b""
    connection.close()
    assert len(world.kept) == 3


@pytest.mark.parametrize("token", ["", "another", "the-toke", "the-token2", "ü"])
def test_who_does_not_know_the_token_tells_nothing(world: World, token: str) -> None:
    assert world.post(b'{"a": 1}', Authorization=token.encode("utf-8").decode("latin-1")) == 403
    assert world.kept == []


@pytest.mark.parametrize("body", [b"no json", b"\xff", b"[1]", b"[" * 100_000, b'{"a": ', b"null"])
def test_what_is_no_entry_is_answered_all_the_same_or_it_would_come_again_for_ever(
    world: World, body: bytes
) -> None:
    assert world.post(body + b'\n{"good": 1}') == 200
    assert world.kept == [{"good": 1}]
    assert world.lost == (body not in (b"[1]", b"null"))


def test_of_what_is_too_large_is_kept_that_it_came_and_it_is_not_sent_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refusals_door, "_LARGEST", 10)
    for _ in range(2):
        assert world.post(b"x" * 5_000_000) == 200
    assert world.kept == []
    assert world.lost == 2, "that there was one is kept"


def test_what_cannot_be_kept_comes_again(world: World) -> None:
    world.full = True
    assert world.post(b'{"a": 1}') == 507
    world.full = False
    assert world.post(b'{"a": 1}') == 200


def test_nothing_is_read_in_the_clear(world: World) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", world.door.port, timeout=20)
    # What comes back is an alert of TLS, a reset or nothing: of the first the connection would stay open.
    with closing(connection), pytest.raises((OSError, http.client.HTTPException)):
        connection.request("POST", "/", b'{"a": 1}', {"Authorization": TOKEN})
        connection.getresponse()
    assert world.kept == []


def test_who_connects_and_says_nothing_holds_up_nobody(world: World) -> None:
    with socket.create_connection(("127.0.0.1", world.door.port)):
        assert world.post(b'{"a": 1}') == 200
