"""The words of one page, from the artefact "pages": a file of a page record a line, kept on this machine's disk."""

from __future__ import annotations

import tempfile
from pathlib import Path

from processors.config import Settings
from processors.console.kept_files import private
from processors.errors import ArtefactMissing
from processors.events import Ref
from processors.pages import Page, pages_among
from processors.ports import Objects
from processors.runtime.originals import Originals

_MOST_KEPT = 512 * 1024 * 1024


class PageRecords:
    """See the module. Safe to be used by several threads."""

    def __init__(self, settings: Settings, objects: Objects) -> None:
        """Keep files in the installation's home."""
        self._folder = private(settings.home / "console") / "records"
        self._files, self._objects = Originals(self._folder, _MOST_KEPT), objects

    def page(self, ref: Ref, number: int) -> Page | None:
        """The record of a page, counted from 1; None if there is none.

        Raises:
            DependencyUnavailable: the store does not answer.
            ArtefactMissing: the file is gone, or no file of pages.
        """
        with tempfile.TemporaryDirectory(dir=self._folder.parent) as folder:
            file = Path(folder) / "pages"
            if self._files.fetch(ref, file, self._objects) != ref.sha256:
                raise ArtefactMissing("another file")
            try:
                return pages_among(file, {number}).get(number)
            except ValueError as error:
                raise ArtefactMissing("not of the expected form") from error
