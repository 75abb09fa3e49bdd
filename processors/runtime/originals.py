"""Long documents on this machine's disk: each page range needs the whole file, and fetching it anew adds up.

A file is kept under its sha256 and handed out as a link, once its bytes were seen to be the right ones: a parser
that was taken over could have changed them through its own link. Several workers share the folder; what was not
used for the longest time goes first.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from processors.digests import file_sha256
from processors.events import Ref
from processors.ports import Objects

#: Eight files of the largest size that the default limits let in.
_MOST_BYTES = 2 * 1024**3


class Originals:
    """Files that were fetched before."""

    def __init__(self, folder: Path, most_bytes: int = _MOST_BYTES) -> None:
        """Use a folder, which is made if need be.

        Args:
            folder: on the same disk as the scratch folders
            most_bytes: of all kept files together
        """
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._most_bytes = folder, most_bytes

    def fetch(self, ref: Ref, to: Path, objects: Objects) -> str:
        """See `ports.Objects.fetch`; from the disk where the file is there."""
        kept = self._folder / ref.sha256
        with suppress(FileNotFoundError):
            to.hardlink_to(kept)
            if file_sha256(to) == ref.sha256:
                with suppress(FileNotFoundError):
                    os.utime(kept)
                return ref.sha256
            to.unlink()
            kept.unlink(missing_ok=True)
        sha256 = objects.fetch(ref, to)
        if sha256 == ref.sha256:
            with suppress(FileExistsError):  # another worker was quicker
                kept.hardlink_to(to)
            make_room(self._folder, self._most_bytes)
        return sha256


def make_room(folder: Path, most_bytes: int) -> None:
    """Remove files until those that are left have together at most so many bytes."""
    files = []
    for path in folder.iterdir():
        with suppress(FileNotFoundError):  # another process makes room, too
            about = path.stat()
            files.append((about.st_mtime, about.st_size, path))
    total = sum(size for _, size, _ in files)
    for _, size, path in sorted(files):
        if total <= most_bytes:
            return
        path.unlink(missing_ok=True)
        total -= size
