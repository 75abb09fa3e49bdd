"""Watching a stack through its state file, as it changes under the watcher's eyes."""

from __future__ import annotations

import dataclasses
import datetime
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from processors.local import state, waiting
from processors.local.birth import birth
from processors.local.failures import StackError
from processors.local.state import Running, Stack, WorkerRunning
from tests.unit.local.test_state import made

NOW = datetime.datetime(2026, 11, 24, 12, tzinfo=datetime.UTC)


def stack(home: Path, *workers: WorkerRunning, phase: state.Phase = "ready") -> Stack:
    return dataclasses.replace(made(home), workers=workers, phase=phase)


def worker(**facts: Any) -> WorkerRunning:
    defaults: dict[str, Any] = {"pid": os.getpid(), "born": birth(os.getpid()) or "", "stage": "ocr", "ready": True}
    return WorkerRunning(**defaults | facts)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[Stack]], None]:
    """The states that the file will show, one after the other."""

    def script(states: list[Stack]) -> None:
        left = iter(states)

        def sleep(_: float) -> None:
            if (following := next(left, None)) is not None:
                state.write(following)

        monkeypatch.setattr("processors.local.waiting.time.sleep", sleep)

    return script


def test_it_waits_until_every_worker_has_said_that_it_started(
    tmp_path: Path, later: Callable[[list[Stack]], None]
) -> None:
    first = stack(tmp_path, worker(ready=False), worker(slot=1, ready=False), phase="working")
    half = stack(tmp_path, worker(), worker(slot=1, ready=False), phase="working")
    whole = stack(tmp_path, worker(), worker(slot=1))
    state.write(first)
    later([half, half, whole])
    assert waiting.until_workers(tmp_path, first, fresh=True) == whole


@pytest.mark.parametrize(("code", "ends"), [(1, 1), (78, 1), (-9, 1), (75, 3)])
def test_a_worker_that_ends_meanwhile_is_named_with_its_code_and_last_words(
    tmp_path: Path, code: int, ends: int
) -> None:
    ended = stack(
        tmp_path, worker(), worker(slot=1, ready=False, ends=ends, last_exit=code, last_words="misconfigured: x")
    )
    state.write(ended)
    with pytest.raises(StackError, match=rf"Worker ocr-1 ended with exit code {code}: misconfigured: x\. .*down"):
        waiting.until_workers(tmp_path, ended, fresh=True)


def test_a_worker_that_asks_for_another_start_gets_it(tmp_path: Path, later: Callable[[list[Stack]], None]) -> None:
    again = stack(tmp_path, worker(ready=False, ends=2, last_exit=75))
    state.write(again)
    whole = stack(tmp_path, worker(ends=2, last_exit=75))
    later([whole])
    assert waiting.until_workers(tmp_path, again, fresh=True) == whole


def test_of_a_stack_that_runs_only_new_ends_count_and_a_bad_setting_always(
    tmp_path: Path, later: Callable[[list[Stack]], None]
) -> None:
    mended = stack(tmp_path, worker(ends=5, last_exit=1))
    state.write(mended)
    assert waiting.until_workers(tmp_path, mended) == mended
    looping = stack(tmp_path, worker(ready=False, ends=5, last_exit=1))
    state.write(looping)
    later([stack(tmp_path, worker(ready=False, ends=6, last_exit=1))])
    with pytest.raises(StackError, match="Worker ocr-0 ended with exit code 1"):
        waiting.until_workers(tmp_path, looping)
    final = stack(tmp_path, worker(ready=False, ends=5, last_exit=78))
    state.write(final)
    with pytest.raises(StackError, match="exit code 78"):
        waiting.until_workers(tmp_path, final)


def test_a_worker_that_says_nothing_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    silent = stack(tmp_path, worker(), worker(slot=1, ready=False))
    state.write(silent)
    with pytest.raises(StackError, match="Worker ocr-1 has not started within 0 s"):
        waiting.until_workers(tmp_path, silent, 0.1)


def test_a_supervisor_that_ends_meanwhile_is_told(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="supervisor ended meanwhile"):
        waiting.until_workers(tmp_path, stack(tmp_path, worker()))


def ago(seconds: int) -> str:
    return (NOW - datetime.timedelta(seconds=seconds)).isoformat()


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({}, []),
        ({"ends": 1, "ended": ago(61), "last_exit": 1}, []),
        ({"ends": 1, "ended": ago(9), "last_exit": -9}, ["worker ocr-0 ended with exit code -9"]),
        (
            {"ends": 10, "ended": ago(3), "last_exit": 75, "last_words": "gave_up: away"},
            ["worker ocr-0 ended 10 times, at last with exit code 75: gave_up: away"],
        ),
        (
            {"ends": 10, "ended": ago(300), "last_exit": 1, "born": "an earlier boot:1"},
            ["worker ocr-0 ended 10 times, at last with exit code 1"],
        ),
        (
            {"ends": 1, "ended": ago(300), "last_exit": 78, "born": "an earlier boot:1", "last_words": "x"},
            ["worker ocr-0 is not started again: its settings cannot be used: x"],
        ),
    ],
)
def test_workers_that_are_down_or_were_a_minute_ago_are_told(
    tmp_path: Path, facts: dict[str, Any], told: list[str]
) -> None:
    assert waiting.ailing(stack(tmp_path, worker(**facts)), NOW) == told


def part(**facts: Any) -> Running:
    defaults: dict[str, Any] = {"pid": os.getpid(), "born": birth(os.getpid()) or ""}
    return Running(**defaults | facts)


def with_airflow(one: Stack, **facts: Any) -> Stack:
    return dataclasses.replace(one, airflow="127.0.0.1:1", servers={"airflow-scheduler": part(**facts)})


def test_airflow_is_waited_for_with_steps_after_the_workers(
    tmp_path: Path, later: Callable[[list[Stack]], None]
) -> None:
    first = with_airflow(stack(tmp_path, worker(), phase="working"))
    slow = dataclasses.replace(first, steps=(*first.steps, "Airflow: waiting for scheduler"))
    whole = dataclasses.replace(slow, phase="ready")
    state.write(first)
    later([first, slow, slow, whole])
    told: list[str] = []
    # No time at all for the workers, which have started; Airflow has its own.
    assert waiting.until_workers(tmp_path, first, 0.0, fresh=True, on_step=told.append) == whole
    assert told == ["Airflow: waiting for scheduler"]


def test_a_part_of_airflow_that_ends_again_and_again_is_named(tmp_path: Path) -> None:
    twice = with_airflow(stack(tmp_path, worker(), phase="working"), ends=2, last_exit=1)
    thrice = with_airflow(stack(tmp_path, worker(), phase="working"), ends=3, last_exit=1)
    state.write(thrice)
    with pytest.raises(StackError, match="airflow-scheduler ended 3 times before it was healthy"):
        waiting.until_workers(tmp_path, twice, fresh=True)


def test_an_airflow_that_never_gets_healthy_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "AIRFLOW_SECONDS", 0.0)
    never = with_airflow(stack(tmp_path, worker(), phase="working"))
    state.write(never)
    with pytest.raises(StackError, match="Airflow was not ready within 0 s"):
        waiting.until_workers(tmp_path, never, 0.0, fresh=True)


@pytest.mark.parametrize(
    ("facts", "many"),
    [
        ({}, 0),
        ({"ends": 1, "ended": ago(61), "last_exit": -9}, 0),
        ({"ends": 1, "ended": ago(9), "last_exit": -9}, 1),
    ],
)
def test_parts_of_airflow_that_died_are_told(tmp_path: Path, facts: dict[str, Any], many: int) -> None:
    told = waiting.ailing(with_airflow(stack(tmp_path, worker()), **facts), NOW)
    assert len(told) == many
    assert all("airflow-scheduler ended 1 times, at last with exit code -9" in one for one in told)
