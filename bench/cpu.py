"""CPU seconds of process trees, by part; processes that ended and were waited for are included."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import psutil

Reading = Mapping[str, float]


@dataclass(frozen=True)
class Part:
    """A process that is measured under a name; several may share one."""

    name: str
    pid: int
    #: with what it started, and with what of that has ended
    whole_tree: bool = True


def read(parts: tuple[Part, ...]) -> Reading:
    """CPU seconds (user and system) since the start of each part.

    The kernel adds a child's time to its parent's when the parent waits for it. That is how the forks of a worker's
    child, one per document, are counted after they are gone. Times have the kernel's tick as grain, 0.01 s.
    """
    seconds = {part.name: 0.0 for part in parts}
    for part in parts:
        seconds[part.name] += _tree(part.pid) if part.whole_tree else _own(psutil.Process(part.pid))
    return seconds


def spent(before: Reading, after: Reading) -> dict[str, float]:
    """What each part used between two readings."""
    return {name: after[name] - before[name] for name in after}


def _tree(pid: int) -> float:
    root = psutil.Process(pid)
    total = 0.0
    for process in [root, *root.children(recursive=True)]:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue  # ended since it was listed: its parent has its time now, or will in the next reading
        total += times.user + times.system + times.children_user + times.children_system
    return total


def _own(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
