"""Work for the stage, and engines that say what they were told to."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from processors.events import DocumentId, Original, PageRange, PagesRequested, Ref
from processors.intake import ranges
from processors.ocr.engine import Orientation, PixelWord
from processors.stage import Work
from tests.corpus import make

MEDIA_TYPES = {".pdf": "application/pdf", ".png": "image/png", ".jpg": "image/jpeg", ".tif": "image/tiff"}


def request(
    path: Path,
    scratch: Path,
    *,
    pages: int = 1,
    asked: PageRange | None = None,
    died: str = "",
    answers: dict[str, Path] | None = None,
    rendition: tuple[Path, str] | None = None,
    whole: Path | None = None,
    agency: str = "a",
) -> Work:
    """Ask for the pages of a file that intake never saw; without `asked`, for its first range."""
    media_type = MEDIA_TYPES.get(path.suffix, "text/plain")
    original = Original(bucket="b", key="k", version_id="v", size=1, media_type=media_type, pages=pages)
    inputs, artefacts = {"original": path}, {}
    if rendition is not None:
        inputs = {"rendition": rendition[0]}
        artefacts = {"rendition": Ref(bucket="b", key="r", sha256="0", size=1, media_type=rendition[1])}
    data = PagesRequested(
        document=DocumentId(id="d", agency=agency, original=original),
        artefacts=artefacts,
        range=asked or ranges.split(pages)[0],
        ranges=ranges.split(pages),
    )
    return Work(make.event(data), inputs, scratch, died, answers or {}, whole)


class Scripted:
    """An engine that says what it was told to, once per call."""

    name, digest = "scripted 1", "0" * 64

    def __init__(
        self,
        *answers: list[PixelWord],
        orientation: Orientation | None = None,
        languages: tuple[str, ...] = ("eng",),
    ) -> None:
        self.answers = list(answers)
        self.languages = languages
        #: language and size of each picture
        self.calls: list[tuple[str, tuple[int, int]]] = []
        #: whether light print was to be looked for, at each call
        self.inverted: list[bool] = []
        #: whether the picture was a single block of lines, at each call
        self.block: list[bool] = []
        self.asked_for_orientation = 0
        self._orientation = orientation

    def recognise(
        self, image: Image.Image, dpi: int, language: str, *, inverted: bool = True, block: bool = False
    ) -> list[PixelWord]:
        assert image.mode == "L" and 70 <= dpi <= 600
        self.calls.append((language, image.size))
        self.inverted.append(inverted)
        self.block.append(block)
        return self.answers.pop(0)

    def orientation(self, image: Image.Image, dpi: int) -> Orientation | None:
        self.asked_for_orientation += 1
        return self._orientation


def word(text: str, confidence: float) -> PixelWord:
    return PixelWord(text, (300, 600, 900, 660), confidence, 0, 0)


def sure(count: int = 100) -> list[PixelWord]:
    """Enough for a page of few letters to count as read."""
    return [word("sure", 0.9)] * count
