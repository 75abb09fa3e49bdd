"""Restarting with back-off, on a clock of our own."""

from __future__ import annotations

import pytest

from processors.local.failures import StackError
from processors.local.keeper import Backoff, Keeper


class FakeChild:
    def __init__(self) -> None:
        self.alive = False
        self.exit_code: int | None = None
        self.starts: list[float] = []

    def end(self, code: int) -> None:
        self.alive, self.exit_code = False, code


class Stage:
    """A keeper, its child and its clock."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.child = FakeChild()
        self.refuses = False
        self.keeper = Keeper("ocr-1", self.child, self.start, lambda: self.now)
        self.keeper.start()

    def start(self) -> None:
        if self.refuses:
            raise StackError("ocr-1", "could not be executed", "")
        self.child.alive = True
        self.child.starts.append(self.now)

    def wait(self, seconds: float) -> str | None:
        self.now += seconds
        return self.keeper.tick()


@pytest.mark.parametrize(
    ("failures", "delay"), [(1, 0.2), (2, 0.4), (3, 0.8), (5, 3.2), (6, 5.0), (7, 5.0), (100_000, 5.0)]
)
def test_the_delay_doubles_from_a_fifth_of_a_second_to_five(failures: int, delay: float) -> None:
    assert Backoff().delay(failures) == pytest.approx(delay)


def test_a_child_that_runs_is_left_alone() -> None:
    stage = Stage()
    assert stage.wait(100) is None
    assert stage.child.starts == [1000.0]


@pytest.mark.parametrize("code", [0, 1, 70, -9])
def test_a_child_that_ends_in_whatever_way_starts_again_after_the_delay(code: int) -> None:
    stage = Stage()
    stage.child.end(code)
    assert stage.wait(1) == f"ocr-1 ended with exit code {code} after 1.0 s; next start in 0.2 s"
    assert stage.wait(0.1) is None
    assert stage.wait(0.1) == "ocr-1 started again"
    assert (stage.keeper.restarts, stage.keeper.last_exit) == (1, code)


def test_a_bad_setting_is_final() -> None:
    stage = Stage()
    stage.child.end(78)
    assert "not started again" in str(stage.wait(1))
    assert (stage.wait(100), stage.keeper.given_up, stage.keeper.last_exit) == (None, True, 78)
    assert stage.child.starts == [1000.0]
    assert (stage.keeper.ends, stage.keeper.ended) == (1, 1001.0)


def fail_in_a_row(stage: Stage, times: int) -> list[float]:
    """The delays that a child which always dies at once was given."""
    delays = []
    for _ in range(times):
        stage.child.end(1)
        stage.wait(0)
        died = stage.now
        while stage.wait(0.1) is None:
            pass
        delays.append(round(stage.now - died, 1))
    return delays


def test_short_lives_wait_longer_each_time() -> None:
    assert fail_in_a_row(Stage(), 6) == pytest.approx([0.2, 0.4, 0.8, 1.6, 3.2, 5.0], abs=0.11)


def test_a_long_life_is_forgiven_what_came_before() -> None:
    stage = Stage()
    fail_in_a_row(stage, 6)
    stage.wait(29.9)
    stage.child.end(1)
    assert "next start in 5.0 s" in str(stage.wait(0))
    assert stage.wait(5) is not None
    stage.wait(30)
    stage.child.end(1)
    assert "next start in 0.2 s" in str(stage.wait(0))


def test_a_start_that_is_refused_counts_as_a_short_life() -> None:
    stage = Stage()
    stage.child.end(1)
    stage.wait(1)
    stage.refuses = True
    assert stage.wait(0.2) == "ocr-1 could not be started again: could not be executed"
    assert "next start in 0.4 s" in str(stage.wait(0))
    stage.refuses = False
    assert stage.wait(0.4) == "ocr-1 started again"
