"""CPU seconds of this process and everything below it, exact to the kernel's tick for each process still running.

`cpu.py` reads processes that others started; this reads our own tree, cheaply enough to be read before and after
every single document.
"""

from __future__ import annotations

import os
import resource
import time
from pathlib import Path
from types import TracebackType
from typing import Self

_TICK = os.sysconf("SC_CLK_TCK")
#: utime, stime, cutime and cstime in /proc/PID/stat, counted from the field behind the name in brackets.
_TIMES = slice(11, 15)


class Meter:
    """Measures what is done inside its `with`: `cpu` (user and system, whole tree) and `wall`, in seconds.

    What was started before and still runs is counted by what it used since; what ended is counted if its parent
    waited for it, which is why nothing may be killed before the meter is read.
    """

    def __init__(self) -> None:
        self.cpu = self.wall = 0.0
        self._others = self._own = self._began = 0.0

    def __enter__(self) -> Self:
        # Our own time last here and first there, so that reading the others is not counted.
        self._others = _descendants()
        self._began = time.monotonic()
        self._own = _own()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        own = _own() - self._own
        self.wall = time.monotonic() - self._began
        # A process that ended inside moves from one sum to the other: together they lose nothing.
        self.cpu = max(own + _descendants() - self._others, 0.0)


def _own() -> float:
    """This process, and the children that it has waited for, with all that these waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _descendants() -> float:
    """Everything below this process that is still there, and what of it was waited for."""
    total = 0
    waiting = _children(os.getpid())
    while waiting:
        pid = waiting.pop()
        try:
            stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
            below = _children(pid)
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended since it was listed, and its parent has its time
        total += sum(map(int, stat.rpartition(")")[2].split()[_TIMES]))
        waiting.extend(below)
    return total / _TICK


def _children(pid: int) -> list[int]:
    """Children of every thread of a process."""
    return [
        int(child)
        for listed in Path(f"/proc/{pid}/task").glob("*/children")
        for child in listed.read_text(encoding="ascii").split()
    ]
