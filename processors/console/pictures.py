"""Pictures of pages: drawn in a sandboxed child, kept for a while. This process parses no byte of a document."""

from __future__ import annotations

import os
import shutil
import struct
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import BoundedSemaphore

import structlog

from processors import pipeline
from processors.config import Settings
from processors.console.drawing_child import narrowed
from processors.console.kept_files import KeptFiles, private
from processors.errors import ArtefactMissing, DependencyUnavailable, StageCrashed, StageFailed, StageTimedOut
from processors.events import DocumentId, Event, PageRange, PagesRequested, Ref
from processors.ports import Objects
from processors.runtime.children import child_of
from processors.runtime.originals import Originals
from processors.runtime.scratch import Scratches
from processors.runtime.workbench import Child, Misconfigured
from processors.stage import Done, Outcome, Work

#: What a page may be asked for in: a screen, a sharp screen, and to look closely.
RESOLUTIONS = (100, 150, 220)
_MODULE = "processors.console.drawing_child"
_MOST_KEPT = 512 * 1024 * 1024
_MOST_FILES = 1024**3
_MOST_PICTURE = 32 * 1024 * 1024
#: Pages that wait to be drawn; who asks for more is told to come back: each waiting one holds a server's thread.
_MOST_WAITING = 12
_PNG = b"\x89PNG\r\n\x1a\n"
#: Pictures that were drawn otherwise are other pictures.
_STYLE = "1"


class Pictures:
    """See the module. Safe to be used by several threads; one page is drawn at a time."""

    def __init__(self, settings: Settings, objects: Objects) -> None:
        """Nothing is started before the first page that is not kept."""
        home = private(settings.home / "console")
        self._kept = KeptFiles(home / "pages", _MOST_KEPT)
        self._files = Originals(home / "files", _MOST_FILES)
        # Another console of this home, such as a second process of the same server, has a folder of its own.
        scratch = home / "scratch" / str(os.getpid())
        _forget_the_dead(scratch.parent)
        self._scratches = Scratches(scratch)
        narrow = replace(settings, limits=narrowed(settings.limits))
        #: why this machine draws none, in a sentence; "" where it does
        self.lacking = ""
        self._child: Child | None = None
        try:
            self._child = child_of(pipeline.stage("ocr"), narrow, scratch, _MODULE)
        except Misconfigured as lacking:
            # That costs the pictures alone: everything else on the pages is read from the ledger and from records.
            self.lacking = str(lacking)
            structlog.get_logger().error("no_pictures", detail=self.lacking)
        self._objects = objects
        # The kernel ends the child with the thread that started it, and a server's threads come and go.
        self._drawer = ThreadPoolExecutor(1, "drawing")
        self._waiting = BoundedSemaphore(_MOST_WAITING)

    def page(self, document: DocumentId, artefacts: dict[str, Ref], number: int, dpi: int) -> bytes | None:
        """A page as PNG; None if the document's bytes cannot be drawn.

        Args:
            document: whose page it is
            artefacts: of its run, by role; the rendition is drawn where intake made one, else the original
            number: counted from 1
            dpi: one of `RESOLUTIONS`

        Raises:
            DependencyUnavailable: the store does not answer, the child does not start (or may not, see `lacking`),
                or too many pages wait.
            ArtefactMissing: the file is gone, or is another.
        """
        ref = drawn_from(artefacts)
        if ref is None:
            raise ArtefactMissing("no original")
        if "rendition" not in artefacts:
            # What intake saw in the bytes, not what the sender called them.
            ref = ref.model_copy(update={"media_type": document.original.media_type})
        name = f"{_STYLE}-{ref.sha256}-{number}-{dpi}.png"
        kept = self._kept.read(name)
        if kept is None:
            if not self._waiting.acquire(blocking=False):
                raise DependencyUnavailable("too many pages wait to be drawn")
            try:
                kept = self._drawer.submit(self._anew, name, document, ref, number, dpi).result()
            finally:
                self._waiting.release()
        return kept

    def close(self) -> None:
        """End the child."""
        if self._child:
            self._drawer.submit(self._child.close).result()
        self._drawer.shutdown()

    def _anew(self, name: str, document: DocumentId, ref: Ref, number: int, dpi: int) -> bytes | None:
        # Two who look at one page ask for it at the same time.
        picture = self._kept.read(name)
        if picture is None and (picture := self._drawn(document, ref, number, dpi)) is not None:
            self._kept.keep(name, picture)
        return picture

    def _drawn(self, document: DocumentId, ref: Ref, number: int, dpi: int) -> bytes | None:
        # What it is called is for `ocr.opening.material`: the media type of a rendition is its reference's own.
        role = "rendition"
        with self._scratches.folder() as folder:
            file = folder.input(role)
            if self._files.fetch(ref, file, self._objects) != ref.sha256:
                raise ArtefactMissing("another file")
            one = PageRange(first=number, last=number)
            asked = PagesRequested(document=document, artefacts={role: ref}, range=one, ranges=(one,))
            event = Event[PagesRequested](
                id=f"draw-{dpi}", type=asked.TYPE, source="/chancery/console", time=datetime.now(UTC), data=asked
            )
            outcome = self._outcome(Work(event, {role: file}, folder.work))
            return _checked(outcome.artefacts[0].path) if isinstance(outcome, Done) and outcome.artefacts else None

    def _outcome(self, work: Work) -> Outcome | None:
        """What the child makes of it, None if it dies of it twice: once may be the machine's doing."""
        if self._child is None:
            raise DependencyUnavailable("no walls to draw in")
        for _ in range(2):
            try:
                return self._child.run(work)
            except StageCrashed:
                continue
            except (StageTimedOut, StageFailed):
                break
        return None


def drawn_from(artefacts: dict[str, Ref]) -> Ref | None:
    """The file that people see: the rendition where intake made one, else the original; None before either."""
    return artefacts.get("rendition") or artefacts.get("original")


def _forget_the_dead(folder: Path) -> None:
    """Remove what consoles left behind that were killed."""
    for left in folder.iterdir() if folder.is_dir() else ():
        if left.name.isdecimal() and not Path("/proc", left.name).exists():
            shutil.rmtree(left, ignore_errors=True)


def _checked(untrusted_picture: Path) -> bytes | None:
    """The picture, if it is a PNG of bearable size: a child that was taken over may have written anything."""
    if untrusted_picture.stat().st_size > _MOST_PICTURE:
        return None
    content = untrusted_picture.read_bytes()
    return content if content.startswith(_PNG) and _sides(content) else None


def _sides(content: bytes) -> bool:
    """Whether its header tells a size that a browser can bear."""
    if len(content) < 24:
        return False
    width, height = struct.unpack(">II", content[16:24])
    return bool(0 < width <= 8_000 and 0 < height <= 8_000)
