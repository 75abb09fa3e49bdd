"""What children of a killed supervisor left behind: processes that they had started themselves.

The kernel kills a supervisor's children with it, not theirs: Airflow's scheduler keeps processes for its tasks, and
these outlive it, each in a group of its own. They are known by their session, which is the dead child's, and by the
home in their environment: the number of a session may have gone to somebody else since.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable, Iterator
from pathlib import Path

from processors.local.state import Running

_PROC = Path("/proc")


def kill(children: Iterable[Running], home: Path) -> int:
    """Kill what is left in the sessions of these children of a stack in this home; how many processes that were."""
    sessions, killed = {child.pid for child in children}, 0
    for pid in list(_left(sessions, f"CHANCERY_HOME={home}".encode())):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
        killed += 1
    return killed


def _left(sessions: set[int], named: bytes) -> Iterator[int]:
    for entry in _PROC.iterdir():
        if not entry.name.isdecimal() or int(entry.name) == os.getpid():
            continue
        try:
            if os.getsid(int(entry.name)) in sessions and named in (entry / "environ").read_bytes().split(b"\0"):
                yield int(entry.name)
        except (OSError, ValueError):
            continue  # it ended meanwhile, or is somebody else's
