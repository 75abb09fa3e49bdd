"""Limits that the kernel keeps for a child, whatever a parser or a model does."""

from __future__ import annotations

import ctypes
import re
import resource
import signal
from pathlib import Path

from processors.config import Limits

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_CHILD_SUBREAPER = 36
_OPEN_FILES = 1024
#: Libraries for graphics cards keep hundreds of files open.
_OPEN_FILES_TRUSTED = 4096
_NEVER_NEEDED = ("RLIMIT_CORE", "RLIMIT_MSGQUEUE", "RLIMIT_MEMLOCK")


def on_fork(limits: Limits) -> None:
    """Of a fork that parses a stranger's bytes: address space, processor, files and time."""
    seconds = int(limits.work_seconds)
    _set("RLIMIT_AS", limits.child_memory)
    # A second between the two: at the hard limit the kernel sends SIGKILL, which would read as a crash.
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    _set("RLIMIT_FSIZE", limits.scratch_bytes)
    _set("RLIMIT_NOFILE", _OPEN_FILES)
    for name in _NEVER_NEEDED:
        _set(name, 0)
    # The default action ends the process even while C code keeps the interpreter busy.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(seconds)


def on_trusted(limits: Limits) -> None:
    """Of a stage that is loaded and reads words, not files: what it has by now, and as much as a document may cost.

    Data, not address space: torch and CUDA reserve far more addresses than they ever fill.
    """
    _set("RLIMIT_DATA", _data_bytes() + limits.child_memory)
    _set("RLIMIT_FSIZE", limits.scratch_bytes)
    _set("RLIMIT_NOFILE", _OPEN_FILES_TRUSTED)
    _set("RLIMIT_CORE", 0)


def on_next_work(limits: Limits) -> None:
    """The processor's seconds of the next piece of work, in a process that did others before."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime + limits.work_seconds) + 1
    # Only the soft limit: a hard one could not be moved on.
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def die_with_parent() -> None:
    """No orphans: the kernel kills this process when its parent dies, also by kill -9."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def hide_memory() -> None:
    """Other processes of this user may not read or change our memory."""
    _prctl(_PR_SET_DUMPABLE, 0)


def show_memory() -> None:
    """The warm process may see how much memory a fork has."""
    _prctl(_PR_SET_DUMPABLE, 1)


def adopt_orphans() -> None:
    """Whatever a fork leaves behind becomes our child, so that it can be found and ended."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def _prctl(option: int, value: int) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def _set(name: str, most: int) -> None:
    """Soft and hard limit alike, and never more than is allowed already."""
    number = getattr(resource, name, None)
    if number is None:
        return
    hard = resource.getrlimit(number)[1]
    wanted = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(number, (wanted, wanted))


def _data_bytes() -> int:
    found = re.search(r"^VmData:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"), re.MULTILINE)
    return int(found.group(1)) * 1024 if found else 0
