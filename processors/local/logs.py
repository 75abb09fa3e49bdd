"""Log files of child processes: opened for appending, kept small, quoted when something fails."""

from __future__ import annotations

import os
from pathlib import Path

#: bytes; a log beyond it is set aside as NAME.1 when its process next starts. One that never ends is not cut.
ROTATE_AT = 10 * 1024 * 1024
#: bytes read from the end for a tail: a Java stack trace is 2 to 6 kB
_TAIL_BYTES = 16_384
#: owner only: a library's log line might quote a file name
_MODE = 0o600


def open_log(path: Path) -> int:
    """A file descriptor that appends to `path`; a log that has grown too long is set aside first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > ROTATE_AT:
        path.replace(path.with_name(path.name + ".1"))
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, _MODE)


def tail(path: Path, lines: int = 20) -> str:
    """The last lines of a log, or a note that there are none."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - _TAIL_BYTES))
            text = file.read().decode("utf-8", errors="replace")
    except FileNotFoundError:
        return "(there is no log)"
    return "\n".join(text.splitlines()[-lines:]) or "(the log is empty)"
