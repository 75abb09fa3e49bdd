"""The state file: what it tells, and whom it does not believe."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from processors.local import state
from processors.local.birth import birth, lives
from processors.local.failures import StackError
from processors.local.state import Failure, Running, Stack, WorkerRunning


def made(home: Path, supervisor: Running | None = None) -> Stack:
    ours = supervisor or Running(os.getpid(), birth(os.getpid()) or "")
    return Stack(
        supervisor=ours,
        phase="ready",
        steps=("Kafka: starting", "ready"),
        kafka="127.0.0.1:1",
        s3="127.0.0.1:2",
        database="sqlite://",
        home=home,
        logs=home / "logs",
        started="2026-11-24T06:00:00+00:00",
        servers={"kafka": ours},
        workers=(WorkerRunning(11, "b", stage="ocr"), WorkerRunning(12, "b", 3, -9, stage="ocr", slot=1)),
    )


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    stack = made(tmp_path)
    state.write(stack)
    assert state.read(tmp_path) == state.running(tmp_path) == stack
    broken = state.failed(stack, StackError("Kafka", "did not start", "look", tmp_path / "log"))
    state.write(broken)
    assert state.read(tmp_path) == broken
    assert broken.failure == Failure("Kafka", "did not start", "look", str(tmp_path / "log"))
    assert [p.name for p in tmp_path.iterdir()] == ["stack.json"]
    state.remove(tmp_path)
    assert state.read(tmp_path) is None


def test_a_reused_pid_is_not_taken_for_the_supervisor(tmp_path: Path) -> None:
    ours = birth(os.getpid())
    assert ours is not None
    boot, _, ticks = ours.rpartition(":")
    for other in (f"{boot}:{int(ticks) + 1}", f"another-boot:{ticks}", ""):
        state.write(made(tmp_path, Running(os.getpid(), other)))
        assert state.running(tmp_path) is None
        assert state.read(tmp_path) is not None


def test_a_process_that_ended_does_not_live_even_before_it_is_reaped() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        assert birth(child.pid) is None
    assert birth(child.pid) is None
    assert not lives(child.pid, "")


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"supervisor": {"pid": 1}}'])
def test_a_file_that_cannot_be_read_is_no_stack(tmp_path: Path, text: str) -> None:
    state.path(tmp_path).write_text(text)
    assert state.read(tmp_path) is None


def test_a_file_of_another_version_is_no_stack(tmp_path: Path) -> None:
    state.write(made(tmp_path))
    fields = json.loads(state.path(tmp_path).read_text())
    state.path(tmp_path).write_text(json.dumps(fields | {"something_new": 1}))
    assert state.read(tmp_path) is None


def test_a_worker_is_found_by_stage_and_slot(tmp_path: Path) -> None:
    stack = made(tmp_path)
    assert stack.worker("ocr", 1).pid == 12
    with pytest.raises(KeyError, match="ocr-2"):
        stack.worker("ocr", 2)
    assert stack.children() == [stack.supervisor, *stack.workers]
    assert dataclasses.replace(stack, servers={}).children() == list(stack.workers)
