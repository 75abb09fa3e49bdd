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


class Engine(Protocol):
    """A recognition engine, loaded and warm."""

    #: such as "tesserocr 5.5.4"
    name: str
    #: Tesseract language codes, joined by +
    language: str
    #: sha256 over the language data
    digest: str

    def recognise(self, image: Image.Image, dpi: int) -> list[PixelWord]:
        """The words on a picture of mode "L", in reading order."""
        ...
