"""Who may read what lies in a folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path


def open_to_others(folder: Path) -> Iterator[Path]:
    """What others than its owner may read, write or run; servers that are at work take files away meanwhile."""
    for place in folder.rglob("*"):
        try:
            if place.lstat().st_mode & 0o077 and not place.is_symlink():
                yield place
        except FileNotFoundError:
            continue
