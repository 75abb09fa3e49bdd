"""The port of recognition engines: a grey picture in, words with boxes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from PIL import Image

PixelBox = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class PixelWord:
    """A word as an engine sees it."""

    text: str
    #: x0, y0, x1, y1 in pixels, origin top left
    box: PixelBox
    #: 0 to 1
    confidence: float
    #: counted from 0 within the picture, in reading order
    line: int
    block: int


@dataclass(frozen=True, slots=True)
class Orientation:
    """Which way up a picture is, and in which script."""

    #: degrees by which it must be turned clockwise to be upright: 0, 90, 180 or 270
    turn: int
    #: Tesseract's measure, 0 and more; above 2 it is hardly ever wrong
    confidence: float
    #: Tesseract's name of the script, such as "Latin" or "Cyrillic"
    script: str
    #: 0 and more
    script_confidence: float


class Engine(Protocol):
    """A recognition engine, loaded and warm."""

    #: such as "tesserocr 5.5.4"
    name: str
    #: Tesseract language packs that are installed and may be used, the most frequent first; at least one
    languages: tuple[str, ...]
    #: sha256 over these packs
    digest: str

    def recognise(
        self, image: Image.Image, dpi: int, language: str, *, inverted: bool = True, block: bool = False
    ) -> list[PixelWord]:
        """The words on a picture of mode "L", in reading order.

        Args:
            image: the picture
            dpi: dots per inch, by which the engine guesses sizes
            language: one of `languages`
            inverted: whether to look for light letters on dark ground, too: what is unsure is recognised twice
            block: whether the picture is one block of lines, so that no columns are looked for
        """
        ...

    def orientation(self, image: Image.Image, dpi: int) -> Orientation | None:
        """Which way up the picture is; None where too little is written on it to tell."""
        ...


def invert_threshold(inverted: bool) -> str:
    """Tesseract's variable of that name: below which confidence a line is recognised once more, inverted."""
    return "0.7" if inverted else "0"


def segmentation(block: bool) -> int:
    """Tesseract's number for how it takes a page apart: a single block of lines, or as it finds it."""
    return 6 if block else 3
