"""Reading a log that is rotated, from a position that outlives processes: `log`, then `log.1` (younger) to `log.N`.

A file is known again by its first line, whatever it is called by now: names move on with each rotation, and the
number of a deleted file is given to the next.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

#: Bytes that are read at once; a longer line is none of a log's, and is passed over.
CHUNK = 1 << 20
#: Rotated files that are looked for: more than any of our logs keeps.
_MOST_FILES = 32
_FIRST_LINE = 16 * 1024


@dataclass(frozen=True)
class Position:
    """How far a log was read."""

    #: digest of the file's first line; "" before anything was read
    file: str = ""
    #: bytes of it
    offset: int = 0


@dataclass(frozen=True)
class Lines:
    """What was read."""

    lines: Sequence[str]
    #: behind them
    position: Position
    #: what stood behind the last position was rotated away before it was read
    gone: bool = False


class Tail:
    """A log and its rotated files."""

    def __init__(self, path: Path) -> None:
        """Read `path`; it need not exist yet."""
        self._path = path

    def read(self, at: Position) -> Lines:
        """Whole lines behind a position; none where there are none yet.

        Raises:
            OSError: the log cannot be read.
        """
        files = self._files()
        names = [name for name, _ in files]
        if not files:
            return Lines((), at)
        gone = at.file != "" and at.file not in names
        number = names.index(at.file) if at.file in names else 0
        offset = at.offset if at.file in names else 0
        while True:
            name, path = files[number]
            lines, read = _lines(path, offset)
            if read or number == len(files) - 1:
                return Lines(lines, Position(name, offset + read), gone)
            number, offset = number + 1, 0

    def _files(self) -> list[tuple[str, Path]]:
        """The files by their first lines, the oldest first."""
        found: dict[str, Path] = {}
        # From the youngest on: a rotation meanwhile shows one file twice, never one not at all.
        for number in range(_MOST_FILES):
            path = self._path if number == 0 else self._path.with_name(f"{self._path.name}.{number}")
            if (name := _first_line(path)) is not None:
                found.pop(name, None)
                found[name] = path
        return list(reversed(found.items()))


def _first_line(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            line = file.readline(_FIRST_LINE)
    except FileNotFoundError:
        return None
    return hashlib.sha256(line).hexdigest()[:32] if line.endswith(b"\n") or len(line) == _FIRST_LINE else None


def _lines(path: Path, offset: int) -> tuple[list[str], int]:
    with path.open("rb") as file:
        file.seek(offset)
        read = file.read(CHUNK)
    whole = read.rfind(b"\n") + 1
    if not whole and len(read) == CHUNK:
        return [], len(read)
    # Not splitlines: it breaks at more than line feeds, and a client might put such a break into a name.
    return read[:whole].decode("utf-8", "replace").split("\n")[:-1], whole
