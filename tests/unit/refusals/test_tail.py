"""A rotated log is read whole and once, however it is rotated meanwhile; what is gone is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.refusals.tail import Position, Tail


class Log:
    """A log that is rotated as log4j and the spool do it."""

    def __init__(self, folder: Path, kept: int = 4) -> None:
        self.path, self.kept, self.count = folder / "a.log", kept, 0

    def write(self, count: int) -> None:
        with self.path.open("a") as file:
            for _ in range(count):
                file.write(f"line {self.count}\n")
                self.count += 1

    def rotate(self) -> None:
        for number in range(self.kept - 1, -1, -1):
            here = self.path.with_name(f"a.log.{number}") if number else self.path
            if here.exists():
                here.replace(self.path.with_name(f"a.log.{number + 1}"))


def read_all(tail: Tail, at: Position) -> tuple[list[str], Position, bool]:
    lines: list[str] = []
    gone = False
    while (read := tail.read(at)).position != at:
        lines, at, gone = [*lines, *read.lines], read.position, gone or read.gone
    return lines, at, gone


@settings(deadline=None, max_examples=60)
@given(steps=st.lists(st.sampled_from(["write", "write", "rotate", "read", "restart"]), max_size=30))
def test_every_line_is_read_once_in_order(tmp_path_factory: pytest.TempPathFactory, steps: list[str]) -> None:
    log, seen, at = Log(tmp_path_factory.mktemp("log"), kept=40), [], Position()
    tail = Tail(log.path)
    for step in steps:
        if step == "write":
            log.write(3)
        elif step == "rotate":
            log.rotate()
        elif step == "restart":
            tail = Tail(log.path)
        else:
            lines, at, gone = read_all(tail, at)
            seen += lines
            assert not gone
    seen += read_all(tail, at)[0]
    assert seen == [f"line {number}" for number in range(log.count)]


def test_what_was_rotated_away_before_it_was_read_is_told(tmp_path: Path) -> None:
    log, tail = Log(tmp_path, kept=1), Tail(tmp_path / "a.log")
    log.write(2)
    _, at, gone = read_all(tail, Position())
    assert not gone
    for _ in range(3):
        log.rotate()
        log.write(1)
    lines, _, gone = read_all(tail, at)
    assert gone
    assert lines == ["line 3", "line 4"]


def test_half_a_line_waits_for_its_other_half(tmp_path: Path) -> None:
    path, tail = tmp_path / "a.log", Tail(tmp_path / "a.log")
    assert tail.read(Position()).position == Position(), "there is no log yet"
    path.write_text("one\ntw")
    lines, at, _ = read_all(tail, Position())
    assert lines == ["one"]
    with path.open("a") as file:
        file.write("o\n")
    assert read_all(tail, at)[0] == ["two"]


def test_a_line_without_end_is_passed_over_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("processors.refusals.tail.CHUNK", 8)
    (tmp_path / "a.log").write_text("one\n" + "x" * 20 + "\ntwo\n")
    assert read_all(Tail(tmp_path / "a.log"), Position())[0][-1] == "two"


def test_only_a_line_feed_ends_a_line(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes("one\u2028forged\x0bforged\x85x\nnext\n".encode())
    lines, _, _ = read_all(Tail(tmp_path / "a.log"), Position())
    assert lines == ["one\u2028forged\x0bforged\x85x", "next"]
