"""Long documents on this machine's disk: each page range needs the whole file, and fetching it anew adds up.

A file is kept under its sha256 and handed out as a link, once its bytes were seen to be the right ones: a parser
that was taken over could have changed them through its own link. Several workers share the folder; how long a file
stays is said in `room.py`.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

from processors.digests import file_sha256
from processors.events import Ref
from processors.ports import Objects
from processors.runtime.room import make_room

_SHA256 = re.compile(r"[0-9a-f]{64}")
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
        make_room(folder, most_bytes)

    def fetch(self, ref: Ref, to: Path, objects: Objects) -> str:
        """See `ports.Objects.fetch`; from the disk where the file is there."""
        if not _SHA256.fullmatch(ref.sha256):
            # Of a forged event: no name of a file here, and perhaps one of a file elsewhere.
            return objects.fetch(ref, to)
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
