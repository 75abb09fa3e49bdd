"""The rounds, with a floor and tools that burn as much CPU time as the test says."""

import time
from pathlib import Path
from typing import cast

import pytest

from bench.documents import Document
from bench.floor import Floor
from bench.ocr.tools import Failed
from bench.ocr.turns import Turns

DOCUMENTS = [Document(Path("one"), 1, "scan"), Document(Path("two"), 2, "scan")]


class FixedFloor:
    version = "5.0"

    def load(self, files: object) -> None: ...

    def seconds(self) -> float:
        return 0.05


class Burner:
    def __init__(self, name: str, seconds: float, fails_on: str = "", order: list[str] | None = None) -> None:
        self.name, self.engine = name, "tesseract 5.0"
        self._seconds, self._fails_on, self._order = seconds, fails_on, order

    def start(self) -> None:
        if self._fails_on == "start":
            raise Failed("does not start")

    def read(self, path: Path, pages: int) -> str:
        if self._order is not None:
            self._order.append(self.name)
        if path.name == self._fails_on:
            raise Failed("gave up")
        end = time.process_time() + self._seconds
        while time.process_time() < end:
            pass
        return ""

    def stop(self) -> None: ...


def run(*tools: Burner, rounds: int = 1) -> Turns:
    turns = Turns([cast(Floor, FixedFloor())], tools, DOCUMENTS)
    turns.run(rounds, lambda _: None)
    return turns


def test_a_ratio_is_cpu_by_the_floor_s() -> None:
    floor, tool = run(Burner("tool", 0.1), rounds=2).rows()
    assert floor.ratios == (1.0, 1.0)
    assert len(tool.ratios) == 2
    assert tool.ratio == pytest.approx(2.0, rel=0.2)
    assert tool.own_ratio == tool.ratio
    assert (tool.pages, tool.documents) == (3, 2)
    assert tool.cpu == pytest.approx(0.2 / 3, rel=0.2)


def test_who_was_first_goes_last_next() -> None:
    order: list[str] = []
    run(Burner("a", 0.0, order=order), Burner("b", 0.0, order=order), rounds=2)
    assert order == ["a", "b", "b", "a", "b", "a", "a", "b"]


def test_costs_are_told_by_document() -> None:
    found = run(Burner("tool", 0.1, fails_on="two"), rounds=2).by_document("tool")
    assert set(found) == {"one"}
    pages, floor, used = found["one"]
    assert pages == 1
    assert floor == pytest.approx(0.05)
    assert used == pytest.approx(0.1, rel=0.2)


def test_a_tool_that_fails_is_set_against_the_floor_on_what_it_read() -> None:
    _, tool = run(Burner("tool", 0.1, fails_on="two")).rows()
    assert (tool.pages, tool.failures) == (1, ("gave up",))
    assert tool.ratio == pytest.approx(2.0, rel=0.2)


def test_a_tool_that_does_not_start_ends_nothing() -> None:
    _, broken, tool = run(Burner("broken", 0.1, fails_on="start"), Burner("tool", 0.1)).rows()
    assert (broken.ratios, broken.failures, broken.pages) == ((), ("does not start",), 0)
    assert tool.pages == 3
