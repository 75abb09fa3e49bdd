"""A folder of files that can be made again, bounded in bytes: what was not used for the longest time goes first.

It holds what documents hold, and a document may be disposed of while we are not looking: so nothing that nobody
asked for stays longer than a day, and of a document that is known to be gone nothing stays at all.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from processors.runtime.originals import make_room


def private(folder: Path) -> Path:
    """The folder, made if need be, readable for its owner alone: below it lies what documents hold."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


#: Seconds after which a file that nobody asked for goes.
_IDLE = 24 * 3600.0


def forget_idle(folder: Path) -> None:
    """Remove the files that nobody asked for within a day."""
    oldest = time.time() - _IDLE
    for path in folder.iterdir():
        with suppress(FileNotFoundError):  # another process makes room, too
            if path.is_file() and path.stat().st_mtime < oldest:
                path.unlink()


def forget(folder: Path, digests: Collection[str]) -> None:
    """Remove the files anywhere below a folder that are called after one of these sha256."""
    for path in folder.rglob("*") if digests else ():
        if any(digest in path.name for digest in digests):
            path.unlink(missing_ok=True)


class KeptFiles:
    """Files by name. Several threads and processes may share the folder."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        """Use a folder, which is made if need be."""
        self._folder, self._most_bytes = private(folder), most_bytes
        forget_idle(self._folder)

    def read(self, name: str) -> bytes | None:
        """The file, or None."""
        file = self._folder / name
        with suppress(FileNotFoundError):
            content = file.read_bytes()
            with suppress(FileNotFoundError):  # removed meanwhile by who makes room
                os.utime(file)
            return content
        return None

    def keep(self, name: str, content: bytes) -> None:
        """Put a file there whole, and make room for it."""
        descriptor, made = tempfile.mkstemp(dir=self._folder, prefix=".")
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        Path(made).replace(self._folder / name)
        forget_idle(self._folder)
        make_room(self._folder, self._most_bytes)
