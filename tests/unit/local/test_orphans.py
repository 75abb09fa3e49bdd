"""Grandchildren of a killed supervisor are seen off, and nobody else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from processors.local import orphans
from processors.local.birth import birth
from processors.local.state import Running
from tests.waiting import until

#: Leads a session, starts one more with a group of its own in it, as Airflow does, says its pid and dies.
LEADER = """
import subprocess, sys
print(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], process_group=0).pid, flush=True)
"""


@pytest.fixture
def left(tmp_path: Path) -> tuple[Running, int]:
    """A dead leader, and the pid of what it left behind."""
    leader = subprocess.Popen(
        [sys.executable, "-c", LEADER],
        env={**os.environ, "CHANCERY_HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert leader.stdout is not None
    with leader.stdout as said:
        told = said.readline()
    leader.wait()
    return Running(leader.pid, "dead"), int(told)


def test_what_a_dead_child_left_behind_is_killed(tmp_path: Path, left: tuple[Running, int]) -> None:
    child, orphan = left
    assert birth(orphan) is not None
    assert orphans.kill([child], tmp_path) == 1
    until(lambda: birth(orphan) is None, "it is gone")


def test_another_home_and_another_session_are_left_alone(tmp_path: Path, left: tuple[Running, int]) -> None:
    child, orphan = left
    try:
        assert orphans.kill([child], tmp_path / "other") == 0
        assert orphans.kill([Running(os.getpid(), "")], tmp_path) == 0
        assert orphans.kill([], tmp_path) == 0
        assert birth(orphan) is not None
    finally:
        assert orphans.kill([child], tmp_path) == 1
