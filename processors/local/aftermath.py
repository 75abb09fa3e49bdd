"""What is left when a stack has ended: processes to see off, a state file, and data to wipe when asked."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import time
from pathlib import Path

from processors.local import orphans, state
from processors.local.birth import lives
from processors.local.home import PARTS
from processors.local.state import Running

_POLL = 0.05


def clear(home: Path) -> None:
    """Make sure that nothing of an earlier stack is left; the children of a killed supervisor die by themselves.

    What those had started does not.
    """
    stack = state.read(home)
    if stack is not None and stack.supervisor.alive:
        return  # another `up` came first; our supervisor will find its home locked and say so
    if stack is not None:
        left = stack.children()
        if not gone(left, 2.0):
            for child in left:
                if child.alive:
                    os.kill(child.pid, signal.SIGKILL)
            gone(left, 5.0)
        orphans.kill(left, home)
    state.remove(home)


def reap(pid: int) -> None:
    """Let a supervisor that ended disappear; it is ours to reap only if this very process started it."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def gone(processes: list[Running], seconds: float) -> bool:
    """Wait until none of these processes lives any more; False if one still does after `seconds`."""
    deadline = time.monotonic() + seconds
    while any(lives(process.pid, process.born) for process in processes):
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL)
    return True


def wipe(home: Path) -> None:
    """Remove what the stack keeps in its home, and nothing else."""
    for name in PARTS:
        place = home / name
        if place.is_dir() and not place.is_symlink():
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)
