"""Puts on a fence and tries to get out: `python -m processors.runtime.trial`; its last words are JSON.

`{"filter": true, "landlock": 7}`: the filter held, and that version of Landlock did; false and 0 for what did not.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

from processors.runtime import landlock
from processors.runtime.fence import Fence

#: No folder to write in: that the walls leave one is not tried here.
_NOWHERE = Path("/nowhere")


def main() -> None:
    """Try each part, and say how it went."""
    version = landlock.version()
    # Each in a process of its own: a part that this machine lacks is no reason to lack the other.
    held = _holds([Path("/proc/self")], filtered=False, refused=lambda: _refused_files(Path(sys.prefix)))
    filtered = _holds(None, filtered=True, refused=_refused_network)
    sys.stdout.write(json.dumps({"filter": filtered, "landlock": version if held else 0}) + "\n")


def _holds(readable: list[Path] | None, *, filtered: bool, refused: Callable[[], bool]) -> bool:
    child = os.fork()
    if child == 0:
        try:
            Fence.made(readable, filtered=filtered).put_on(_NOWHERE)
            os._exit(0 if refused() else 1)
        except OSError:
            os._exit(2)
        finally:
            os._exit(3)
    return os.waitpid(child, 0)[1] == 0


def _refused_network() -> bool:
    try:
        socket.socket(socket.AF_INET).close()
    except PermissionError:
        return True
    return False


def _refused_files(folder: Path) -> bool:
    try:
        next(folder.iterdir(), None)
    except PermissionError:
        return True
    return False


if __name__ == "__main__":
    main()
