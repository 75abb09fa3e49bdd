"""Our own recognition as a worker does it: the real stage in the real child, a piece of work a document.

The bench plays the worker: it puts the original into a scratch folder, asks for each page range as intake would,
and where the ranges of a long document are read, hands all of them back for the last call. Everything that the
stage writes is thus made and paid for.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image

from bench.ocr.tools import Failed
from processors import config, pipeline
from processors.errors import PipelineError
from processors.events import DocumentId, Event, Original, PageRange, PagesRequested
from processors.intake import ranges
from processors.pages import Page, read_pages
from processors.runtime.children import child_of
from processors.runtime.processing import outcome_of
from processors.runtime.scratch import Folder, Scratches
from processors.runtime.workbench import Misconfigured, Workbench, scratch_root
from processors.stage import Artefact, Done, Work

#: What a caller may choose; everything else of Chancery's settings is as it comes.
_KEPT = ("CHANCERY_TESSDATA", "CHANCERY_LANGUAGES", "CHANCERY_MODELS")
_STAGE, _ROLE = "ocr", "pages"


@dataclass(frozen=True)
class Read:
    """What came out of one document."""

    pages: list[Page]
    engine: str
    #: media type of what was written -> bytes
    outputs: dict[str, int]

    @property
    def text(self) -> str:
        """All pages."""
        return "\n".join(page.text() for page in self.pages)


class Ours:
    """A `Tool`: the OCR stage in a warm child."""

    def __init__(self, name: str, home: Path, languages: Sequence[str], **variables: str) -> None:
        """Nothing is started yet.

        Args:
            name: of the tool in the tables
            home: a folder of its own
            languages: Tesseract packs that may be used
            variables: settings by which this variant differs

        Raises:
            Misconfigured: it wants a sandbox, and this machine cannot have one.
        """
        self.name, self.engine = name, ""
        self._written: dict[str, int] = {}
        self._pages = 0
        chosen = {
            key: value for key, value in os.environ.items() if not key.startswith("CHANCERY_") or key in _KEPT
        }
        own = {"CHANCERY_HOME": str(home), "CHANCERY_LANGUAGES": "+".join(languages)}
        scratch = scratch_root(home, _STAGE, 0)
        self._scratches = Scratches(scratch)
        with _environment(chosen | own | variables):
            self._child = child_of(pipeline.stage(_STAGE), config.load(), scratch)
        #: where the stage works; a benchmark may put another in its place before the first document
        self.workbench: Workbench = self._child

    def start(self) -> None:
        """Start the child, its engine loaded.

        Raises:
            Failed: it does not start.
        """
        try:
            self._child.warm()
        except (PipelineError, Misconfigured) as error:
            raise Failed(f"does not start: {error}") from error

    def read(self, path: Path, pages: int) -> str:
        """See `Tool`."""
        read = self.whole(path, ranges.split(pages))
        self._pages += pages
        for media_type, size in read.outputs.items():
            self._written[media_type] = self._written.get(media_type, 0) + size
        return read.text

    @property
    def outputs_per_page(self) -> dict[str, float]:
        """Media type of what was written -> bytes a page."""
        return {media_type: size / self._pages for media_type, size in self._written.items()}

    def whole(self, path: Path, split: Sequence[PageRange]) -> Read:
        """Read a document in these ranges, the last call included.

        Raises:
            Failed: the stage rejected it, raised, died or took too long.
        """
        with self._scratches.folder() as stored:
            kept: dict[str, Artefact] = {}
            for wanted in split:
                done = self._piece(_request(path, split, wanted), path, stored, kept)
            if done.join is not None:
                whole = stored.work / done.join.whole
                with whole.open("wb") as target:
                    for name in done.join.parts:
                        target.write(kept[name].path.read_bytes())
                self._piece(_request(path, split, split[-1]), path, stored, kept, whole)
            else:
                whole = next(one.path for one in kept.values() if one.role == _ROLE)
            pages = list(read_pages(whole))
            outputs: dict[str, int] = {}
            for one in kept.values():
                outputs[one.media_type] = outputs.get(one.media_type, 0) + one.path.stat().st_size
        self.engine = self.engine or done.engine
        return Read(pages, done.engine, outputs)

    @property
    def child_pid(self) -> int | None:
        """The warm process, or the walls around it; None while there is none."""
        return self._child.pid

    def stop(self) -> None:
        """End the child."""
        self._child.close()

    def _piece(
        self,
        event: Event[PagesRequested],
        path: Path,
        stored: Folder,
        kept: dict[str, Artefact],
        all_parts: Path | None = None,
    ) -> Done:
        """One piece of work in a folder of its own; its artefacts go to `stored`, in place of an object store."""
        with self._scratches.folder() as folder:
            shutil.copyfile(path, folder.input("original"))
            whole = None
            if all_parts is not None:
                whole = folder.work / all_parts.name
                shutil.copyfile(all_parts, whole)
            work = Work(event, {"original": folder.input("original")}, folder.work, whole=whole)
            try:
                outcome = outcome_of(work, self.workbench, None, resume=True)
            except PipelineError as error:
                raise Failed(error.code) from error
            if not isinstance(outcome, Done):
                raise Failed(f"rejected: {outcome.reason.value}")
            for artefact in outcome.artefacts:
                kept[artefact.name] = replace(artefact, path=artefact.path.rename(stored.work / artefact.name))
            return outcome


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """A worker takes its settings from its environment, which is ours as long as we play the worker."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _request(path: Path, split: Sequence[PageRange], wanted: PageRange) -> Event[PagesRequested]:
    media_type = _media_type(path)
    original = Original(
        bucket="inbox-bench", key=path.name, version_id="1", size=path.stat().st_size, media_type=media_type,
        pages=split[-1].last,
    )  # fmt: skip
    document = DocumentId(id="0" * 64, agency="bench", original=original)
    data = PagesRequested(document=document, range=wanted, ranges=tuple(split))
    return Event(id="bench", type=data.TYPE, source="/chancery/intake", time=datetime.now(UTC), data=data)


def _media_type(path: Path) -> str:
    with path.open("rb") as file:
        if b"%PDF-" in file.read(1024):
            return "application/pdf"
    with Image.open(path) as image:
        return Image.MIME[image.format or ""]
