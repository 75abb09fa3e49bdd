"""What the kernel's limits do not count, as they hold for each process alone: all that one document has together.

The warm process looks ten times a second at the fork and at whatever that started: processes and threads, their
memory, and what lies in the scratch folder. A fork bomb, memory in many processes, a disk filled with small files
end here. Looking costs some 0.1 ms; most documents end before the first look.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from processors.config import Limits

_LOOK_SECONDS = 0.1
#: The fork's own alarm comes first, unless the parser switched it off.
_LATE_SECONDS = 2.0
#: Rounds of ending what a fork left behind; each ends all that are found.
_MOST_ROUNDS = 200
_PAGE = os.sysconf("SC_PAGE_SIZE")
_DISK_BLOCK = 512
_OWN = re.compile(r"^Pss_(?:Anon|Shmem): +(\d+) kB", re.MULTILINE)
#: Signals that the parent waits for, and its forks must not have blocked.
WAITED_FOR = {signal.SIGCHLD}


@dataclass(frozen=True)
class Ended:
    """How a fork ended."""

    #: as `os.waitpid` tells it
    status: int
    #: the word for why the watch ended it; None where it ended by itself
    stopped: str | None = None


def until_ended(fork: int, scratch: Path, limits: Limits) -> Ended:
    """Wait for a fork, and end it where all that it has together is too much. Afterwards nothing of it is left.

    Args:
        fork: leads a group of its own; `WAITED_FOR` was blocked before it was made
        scratch: the folder that it writes
        limits: how much it may have
    """
    stopped = None
    late = time.monotonic() + limits.work_seconds + _LATE_SECONDS
    while True:
        ended, status = os.waitpid(fork, os.WNOHANG)
        if ended:
            break
        if signal.sigtimedwait(WAITED_FOR, _LOOK_SECONDS) is None and stopped is None:
            stopped = "late" if time.monotonic() > late else _too_much(scratch, limits)
            if stopped is not None:
                _end(fork)
    _end(fork)
    _end_orphans()
    return Ended(status, stopped)


def _too_much(scratch: Path, limits: Limits) -> str | None:
    tasks = memory = 0
    processes = _descendants(os.getpid())
    for process in processes:
        with contextlib.suppress(OSError):
            # Behind the name, which may hold anything, the 18th word is the number of threads.
            said = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
            tasks += int(said.rpartition(")")[2].split()[17])
            resident, shared = Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1:3]
            memory += (int(resident) - int(shared)) * _PAGE
    if tasks > limits.child_tasks:
        return "too_many_processes"
    # Exactly only where it matters: that costs a walk through all pages.
    if memory > limits.child_memory and sum(map(_own_memory, processes)) > limits.child_memory:
        return "out_of_memory"
    size = 0
    for files, one in enumerate(_files(scratch), start=1):
        size += one.st_blocks * _DISK_BLOCK
        if files > limits.scratch_files or size > limits.scratch_bytes:
            return "too_much_written"
    return None


def _own_memory(process: int) -> int:
    """Bytes that this process has for itself, with its share of what it has in common with the one it came from."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        said = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
        return 1024 * sum(int(number) for number in _OWN.findall(said))
    return 0


def _files(folder: Path) -> Iterator[os.stat_result]:
    """Files and folders below; what vanishes meanwhile is left out."""
    waiting = [str(folder)]
    while waiting:
        with contextlib.suppress(OSError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):
                    yield entry.stat(follow_symlinks=False)
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)


def _descendants(process: int) -> list[int]:
    """Processes below this one, as the kernel lists them; empty where it does not."""
    found: list[int] = []
    waiting = [process]
    while waiting:
        one = waiting.pop()
        with contextlib.suppress(OSError):
            for thread in Path(f"/proc/{one}/task").iterdir():
                below = (thread / "children").read_text(encoding="ascii").split()
                children = [int(child) for child in below]
                found += children
                waiting += children
    return found


def _end(fork: int) -> None:
    # The kernel ends a group at one blow: none of it can start another meanwhile.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(fork, signal.SIGKILL)


def _end_orphans() -> None:
    """What left the group; with a fence nothing can."""
    for _ in range(_MOST_ROUNDS):
        for process in _descendants(os.getpid()):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGKILL)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        signal.sigtimedwait(WAITED_FOR, _LOOK_SECONDS)
