"""A folder for one piece of work: inputs, intermediate files and artefacts; gone when the work is stored."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Folder:
    """The folder of one piece of work."""

    path: Path

    def input(self, role: str) -> Path:
        """Where an input lies, by role; names come from `pipeline.py`, never from a sender."""
        return self.path / "inputs" / role

    @property
    def work(self) -> Path:
        """What the stage sees as its scratch folder."""
        return self.path / "work"


class Scratches:
    """Makes folders below one root, which belongs to this worker slot alone."""

    def __init__(self, root: Path) -> None:
        """Remove what a killed predecessor of this slot left behind."""
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir(parents=True)
        self._root = root

    @contextmanager
    def folder(self) -> Iterator[Folder]:
        """A fresh folder, removed at the end of the `with` block."""
        path = Path(tempfile.mkdtemp(dir=self._root))
        folder = Folder(path)
        (path / "inputs").mkdir()
        folder.work.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(path, ignore_errors=True)
