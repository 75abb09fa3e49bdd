"""A disk of some megabytes in memory, to be filled and emptied again."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

MIB = 1024 * 1024


class SmallDisk:
    """Mounted at `place`; `fill` leaves nothing free, `empty` gives it back."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._filler = place / "filler"

    def fill(self, leave: int = 0) -> None:
        """Take what is free, but for `leave` bytes; other writers may be quicker, so it is looked at again."""
        with self._filler.open("ab") as filler:
            while (free := shutil.disk_usage(self.place).free - leave) > 0:
                try:
                    os.posix_fallocate(filler.fileno(), filler.tell(), free)
                    filler.seek(0, os.SEEK_END)
                except OSError:  # somebody else took of it in this moment
                    continue

    def empty(self) -> None:
        """Give back what was taken."""
        self._filler.unlink(missing_ok=True)


@contextmanager
def small_disk(place: Path, mebibytes: int) -> Iterator[SmallDisk]:
    """A disk of this size at `place`; skips the test where this user may not mount one."""
    place.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "none", str(place)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"a small disk cannot be mounted here: {done.stderr.strip()}")
    try:
        yield SmallDisk(place)
    finally:
        # Lazily: what a killed server still holds open must not keep the test from ending.
        subprocess.run(["umount", "--lazy", str(place)], check=True)
