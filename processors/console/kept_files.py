"""A folder of files that can be made again, bounded in bytes and in days, see `runtime/room.py`.

It holds what documents hold, and a document may be disposed of while we are not looking: of one that is known to be
gone nothing stays at all.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from processors.runtime.room import make_room


def private(folder: Path) -> Path:
    """The folder, made if need be, readable for its owner alone: below it lies what documents hold."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


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
        make_room(self._folder, most_bytes)

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
        make_room(self._folder, self._most_bytes)
