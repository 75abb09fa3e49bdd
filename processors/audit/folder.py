"""An exported chain in a folder, or a fresh one for tests and trials."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from processors.audit.shelf import LONGEST_LINE, Stored


class Folder:
    """See `shelf.Shelf`; keys are paths below the folder."""

    def __init__(self, root: Path) -> None:
        """Read from `root`; it need not exist before something is put."""
        self.root = root

    def stored(self, prefix: str, after: str = "") -> Iterator[Stored]:
        """See `shelf.Shelf`."""
        where = self.root / prefix
        keys = sorted(
            str(path.relative_to(self.root)) for path in where.rglob("*") if path.is_file() and path.name[0] != "."
        )
        yield from (Stored(key) for key in keys if key > after)

    def folders(self, prefix: str) -> tuple[str, ...]:
        """See `shelf.Shelf`."""
        where = self.root / prefix
        return tuple(sorted(path.name for path in where.iterdir() if path.is_dir())) if where.is_dir() else ()

    def lines(self, stored: Stored) -> Iterator[bytes]:
        """See `shelf.Shelf`."""
        with (self.root / stored.key).open("rb") as file:
            while line := file.readline(LONGEST_LINE):
                yield line.removesuffix(b"\n")

    def put_new(self, key: str, content: bytes) -> bool:
        """See `shelf.WritableShelf`."""
        path = self.root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("xb") as file:
                file.write(content)
        except FileExistsError:
            return path.read_bytes() == content
        return True
