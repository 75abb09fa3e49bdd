"""Recognising a process again: a pid alone may have been given to another process since."""

from __future__ import annotations

import functools
from pathlib import Path

_PROC = Path("/proc")


def birth(pid: int) -> str | None:
    """When the process with this pid was born: boot id and clock ticks since boot. None if no such process runs.

    A zombie counts as gone: it does nothing any more and only waits for its parent.
    """
    try:
        stat = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The program's name stands in brackets and may itself hold brackets and spaces: count from the last one.
    fields = stat.rpartition(")")[2].split()
    state, ticks = fields[0], fields[19]
    return None if state in "ZX" else f"{_boot()}:{ticks}"


def lives(pid: int, born: str) -> bool:
    """Whether the process that had this pid and birth still runs."""
    return born != "" and birth(pid) == born


@functools.cache
def _boot() -> str:
    return (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
