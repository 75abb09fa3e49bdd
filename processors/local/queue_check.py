"""MinIO's queue of notifications on disk: whether it empties, and whether a torn file blocks it.

MinIO sends the oldest file first and writes them without fsync: after a power cut one that is half written holds up
all that came later, and an empty one is skipped for ever. Either way its uploads are found by `chancery reconcile`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

#: MinIO tries every 3 s; what lies longer is held up.
STUCK_SECONDS = 60.0
#: A file of this age is not being written any more.
_WRITTEN_SECONDS = 5.0


@dataclass(frozen=True)
class Queue:
    """What lies in the queue."""

    events: int
    #: of the oldest, 0 where there is none
    oldest_seconds: float
    #: files that hold no whole notification
    torn: tuple[Path, ...]

    @property
    def well(self) -> bool:
        """Whether it empties."""
        return self.oldest_seconds <= STUCK_SECONDS and not self.torn

    def __str__(self) -> str:
        if not self.events:
            return "empty"
        torn = f", {len(self.torn)} torn, such as {self.torn[0]}" if self.torn else ""
        return f"{self.events:,} waiting, the oldest for {self.oldest_seconds:.0f} s{torn}"

    @property
    def remedy(self) -> str:
        """What to do; empty where all is well."""
        if self.torn:
            return "move the torn files away, then chancery reconcile"
        return "" if self.well else "see whether Kafka answers, then chancery reconcile"


def look(folder: Path, now: float) -> Queue:
    """What lies in the queues below `folder`; the time in seconds since the epoch."""
    events, oldest, empty = 0, (now, Path()), []
    for path, written, size in _files(folder):
        events += 1
        oldest = min(oldest, (written, path))
        if size == 0 and now - written > _WRITTEN_SECONDS:
            empty.append(path)
    first = oldest[1]
    # The oldest is the one that blocks; to read all of them would take minutes when there are many.
    half = events and first not in empty and now - oldest[0] > _WRITTEN_SECONDS and not _is_whole(first)
    return Queue(events, max(0.0, now - oldest[0]), (*([first] if half else ()), *empty))


def _files(folder: Path) -> Iterator[tuple[Path, float, int]]:
    for where, _, names in os.walk(folder):
        for name in names:
            path = Path(where, name)
            if path.suffix == ".event":
                try:
                    about = path.stat()
                except FileNotFoundError:  # sent meanwhile
                    continue
                yield path, about.st_mtime, about.st_size


def _is_whole(path: Path) -> bool:
    try:
        json.loads(path.read_bytes())
    except FileNotFoundError:
        return True
    except ValueError:
        return False
    return True
