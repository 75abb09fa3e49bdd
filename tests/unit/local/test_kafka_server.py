"""The broker's settings as text, and the probe that asks whether it serves."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from processors.local import kafka_server
from processors.local.failures import StackError
from processors.local.kafka_probe import serves


def parsed(text: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in text.splitlines())


def test_the_broker_listens_on_the_loopback_address_alone() -> None:
    settings = parsed(kafka_server.properties(Path("/data"), 29092, 29093))
    assert settings["listeners"] == "PLAINTEXT://127.0.0.1:29092,CONTROLLER://127.0.0.1:29093"
    assert settings["advertised.listeners"] == "PLAINTEXT://127.0.0.1:29092"
    assert settings["controller.quorum.voters"] == "1@127.0.0.1:29093"


def test_an_undeclared_topic_is_an_error_and_one_node_is_enough() -> None:
    settings = parsed(kafka_server.properties(Path("/data"), 1, 2))
    assert settings["auto.create.topics.enable"] == "false"
    single = [name for name in settings if name.endswith(("replication.factor", "min.isr"))]
    assert len(single) == 4
    assert {settings[name] for name in single} == {"1"}


@pytest.mark.parametrize(
    ("folder", "written"),
    [
        ("/srv/data", "/srv/data"),
        ("/srv/Straße 7", "/srv/Stra\\u00dfe 7"),
        ("/srv/\N{GRINNING FACE}", "/srv/\\ud83d\\ude00"),
        ("/srv/a\\b", "/srv/a\\\\b"),
    ],
)
def test_a_path_is_written_as_java_reads_it(folder: str, written: str) -> None:
    assert parsed(kafka_server.properties(Path(folder), 1, 2))["log.dirs"] == written


def test_a_folder_that_kafka_would_take_for_two_is_refused() -> None:
    with pytest.raises(StackError, match="without commas"):
        kafka_server.properties(Path("/srv/a,b"), 1, 2)


def test_a_cluster_id_is_22_characters_and_never_looks_like_an_option() -> None:
    made = [kafka_server._cluster_id() for _ in range(500)]
    assert {len(each) for each in made} == {22}
    assert not any(each.startswith("-") for each in made)


@pytest.fixture
def fake_broker() -> Iterator[tuple[int, list[bytes]]]:
    """A socket that answers each connection with the next of the given bytes."""
    answers: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    if connection.recv(1024):
                        connection.sendall(answers.pop(0))

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield server.getsockname()[1], answers
        server.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def reply(brokers: int) -> bytes:
    body = struct.pack(">iii", 1, 0, brokers) + b"rest"
    return struct.pack(">i", len(body)) + body


@pytest.mark.parametrize(
    ("answer", "expected"),
    [(reply(1), True), (reply(0), False), (b"", False), (reply(1)[:9], False), (b"\0\0\0\2no", False)],
    ids=["one broker", "no broker yet", "closed at once", "cut short", "too short"],
)
def test_only_a_broker_that_names_itself_serves(
    fake_broker: tuple[int, list[bytes]], answer: bytes, expected: bool
) -> None:
    port, answers = fake_broker
    answers.append(answer)
    assert serves("127.0.0.1", port, seconds=30.0) is expected


def test_a_closed_port_does_not_serve() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        assert not serves("127.0.0.1", unused.getsockname()[1])
