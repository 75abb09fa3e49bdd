"""A folder of files that can be fetched or made again: bounded in bytes, and in days.

Days, since such a copy outlives its document: what was disposed of must not lie on a disk until the disk is full.
"""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

#: seconds since it was last used after which a file goes at the next look
MOST_SECONDS = 86_400.0


def make_room(folder: Path, most_bytes: int) -> None:
    """Remove what was not used for a day, then what was not used for the longest time until the rest fits.

    Several threads and processes may do so at the same time. A use is told by the file's time of change.
    """
    files = []
    for path in folder.iterdir():
        with suppress(FileNotFoundError):  # another process makes room, too
            about = path.stat()
            files.append((about.st_mtime, about.st_size, path))
    total, oldest = sum(size for _, size, _ in files), time.time() - MOST_SECONDS
    for used, size, path in sorted(files):
        if used >= oldest and total <= most_bytes:
            return
        path.unlink(missing_ok=True)
        total -= size
