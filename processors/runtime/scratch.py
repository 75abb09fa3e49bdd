"""A folder for one piece of work: inputs, intermediate files and artefacts; gone when the work is stored."""

from __future__ import annotations

import errno
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from processors.errors import DependencyUnavailable

#: Twice the largest upload of the default limits. Below it a stage would fail half-way, which counts attempts and
#: ends in dead letters, though no document is at fault and waiting cures it.
_LEAST_FREE = 512 * 1024 * 1024
_FULL = (errno.ENOSPC, errno.EDQUOT)


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
        """A fresh folder, removed at the end of the `with` block.

        Raises:
            DependencyUnavailable: the disk is full, or was found full in the `with` block.
        """
        if shutil.disk_usage(self._root).free < _LEAST_FREE:
            raise DependencyUnavailable("scratch: disk nearly full")
        try:
            path = Path(tempfile.mkdtemp(dir=self._root))
            try:
                folder = Folder(path)
                (path / "inputs").mkdir()
                folder.work.mkdir()
                yield folder
            finally:
                shutil.rmtree(path, ignore_errors=True)
        except OSError as error:
            if error.errno in _FULL:
                raise DependencyUnavailable(f"scratch: {errno.errorcode[error.errno]}") from error
            raise
