"""How much processor time this process and all below it have used, from /proc.

A stage works in forks of a child that may stand behind walls of its own, so the tree is walked: what each process
used, and what those used that it waited for. A child that is killed takes along the time of those that it did not
wait for; the sum would fall, so only rises are added.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Lock

from processors.telemetry import metrics

_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")
#: Of /proc/PID/stat behind the name of the program: utime, stime, cutime, cstime.
_TIMES = slice(11, 15)


class Spent:
    """The time of one process and its descendants, counted when somebody asks."""

    def __init__(self, process: str) -> None:
        """Count for the metric of this process."""
        self._process, self._last, self._lock = process, 0.0, Lock()

    def measure(self) -> None:
        """Add what was used since the last look."""
        with self._lock:
            now = seconds()
            metrics.count("chancery_processor_seconds_total", max(0.0, now - self._last), process=self._process)
            self._last = now


def seconds() -> float:
    """Of this process, of all below it that run, and of those that any of them waited for."""
    waited_for = os.times()
    below = sum(_used(pid) for pid in _descendants(os.getpid()))
    return time.process_time() + waited_for.children_user + waited_for.children_system + below


def _used(pid: int) -> float:
    """0 of one that has just ended: whoever waits for it has its time."""
    try:
        # The name of a program may hold blanks and brackets.
        fields = (_PROC / str(pid) / "stat").read_text("ascii", "replace").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[_TIMES])) / _TICKS


def _descendants(pid: int) -> Iterator[int]:
    """All below a process; none where the kernel does not tell (CONFIG_PROC_CHILDREN)."""
    for file in _PROC.glob(f"{pid}/task/*/children"):
        try:
            children = [int(child) for child in file.read_text("ascii").split()]
        except OSError:
            continue
        for child in children:
            yield child
            yield from _descendants(child)
