"""Processor time of a whole tree of processes: of those that run, and of those that were waited for."""

from __future__ import annotations

import subprocess
import sys

from processors.telemetry import spent
from processors.telemetry.spent import Spent
from tests.unit.telemetry.told import number, rising

_BURN = """
import subprocess, sys, time
def burn():
    end = time.process_time() + 0.3
    while time.process_time() < end: pass
"""
#: A child that has a child that it waits for, and one that it keeps.
_TREE = (
    _BURN
    + """
alone = "import time\\nend = time.process_time() + 0.3\\nwhile time.process_time() < end: pass\\n"
subprocess.run([sys.executable, "-c", alone], check=True)
kept = subprocess.Popen([sys.executable, "-c", alone + "print('burnt', flush=True); input()"],
                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
kept.stdout.readline()
burn()
print("burnt", flush=True)
input()
"""
)


def tree() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", _TREE], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def test_children_of_children_count_while_they_run_and_when_they_were_waited_for() -> None:
    rise = rising("chancery_processor_seconds_total", process="intake")
    measured = Spent("intake")
    measured.measure()
    before = rise()
    with tree() as child:
        assert child.stdout is not None
        child.stdout.readline()
        measured.measure()
        while_running = rise() - before
        child.communicate(b"\n")
    measured.measure()
    assert while_running >= 0.9
    assert rise() - before >= while_running


def test_a_tree_that_is_killed_takes_nothing_back() -> None:
    measured = Spent("intake")
    with tree() as child:
        assert child.stdout is not None
        child.stdout.readline()
        measured.measure()
        most = number("chancery_processor_seconds_total", process="intake")
        total = spent.seconds()
        child.kill()
    # The control: whoever was killed did not wait for the last of its children, so the sum fell.
    assert spent.seconds() < total
    measured.measure()
    assert number("chancery_processor_seconds_total", process="intake") >= most
