"""Documents as pictures and as text layers, by pdfium and Pillow alone.

Not by the pipeline's own sources: what a benchmark measures must not decide what it is measured against.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pypdfium2
from PIL import Image, ImageOps, ImageSequence

#: What PDF pages are rendered at.
DPI = 300
_POINTS_PER_INCH = 72
#: A page picture in grey needs a byte a pixel; A2 at 300 dpi has 35 million.
_MOST_PIXELS = 80_000_000
#: Resolutions that a scanner or a fax writes; below, a camera or a screen wrote something that it did not mean.
_LEAST_MEANT, _MOST_MEANT = 100, 1200
#: The longer side of letter (11.0) and A4 (11.7) paper.
_ASSUMED_INCHES = 11.0
#: A page with fewer characters has no text layer that could stand for it.
_LEAST_CHARACTERS = 20
#: One with more, and no picture over so much of it, was born digital.
_PICTURE_SHARE = 0.3
#: Darker than half, on more than this share of the page: something stands on it.
_LEAST_INK = 0.0001
_UNREADABLE = (OSError, ValueError, SyntaxError, EOFError, MemoryError, Image.DecompressionBombError)


@dataclass(frozen=True)
class PagePicture:
    """A page to be recognised."""

    #: mode "L"
    image: Image.Image
    #: dots per inch, as far as it is known; at least 70, which is the least that Tesseract believes
    dpi: int


class Unreadable(Exception):
    """A file that has no pages which could be looked at."""


def count(path: Path) -> int:
    """How many pages a PDF or picture file has.

    Raises:
        Unreadable: it is neither, or cannot be opened.
    """
    if _is_pdf(path):
        with _pdf(path) as pdf:
            return len(pdf)
    with _image(path) as image:
        return int(getattr(image, "n_frames", 1))


def pictures(path: Path, numbers: Sequence[int] | None = None) -> Iterator[PagePicture]:
    """The pages of a document, or those of these numbers (from 1): PDF at 300 dpi, pictures as they are.

    Raises:
        Unreadable: a page cannot be drawn.
    """
    wanted = None if numbers is None else set(numbers)
    if _is_pdf(path):
        with _pdf(path) as pdf:
            for number in range(1, len(pdf) + 1):
                if wanted is None or number in wanted:
                    yield _rendered(pdf[number - 1])
        return
    with _image(path) as image:
        for number, frame in enumerate(ImageSequence.Iterator(image), 1):
            if wanted is None or number in wanted:
                try:
                    yield PagePicture(_grey(frame), _dpi(frame))
                except _UNREADABLE as error:
                    raise Unreadable(path.name) from error


def kinds(path: Path) -> list[str]:
    """What each page is: "scan" (a picture to be recognised), "text_layer" (born digital), "blank", or "mixed".

    Raises:
        Unreadable: it cannot be opened.
    """
    if not _is_pdf(path):
        return ["blank" if _blank(page.image) else "scan" for page in pictures(path)]
    with _pdf(path) as pdf:
        return [_kind(pdf[index]) for index in range(len(pdf))]


def _kind(page: pypdfium2.PdfPage) -> str:
    text = page.get_textpage()
    characters = int(text.count_chars())
    text.close()
    if characters < _LEAST_CHARACTERS:
        return "blank" if _blank(_rendered(page, dpi=50).image) else "scan"
    width, height = page.get_size()
    for drawn in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = drawn.get_bounds()
        if (right - left) * (top - bottom) > _PICTURE_SHARE * width * height:
            return "mixed"
    return "text_layer"


def _blank(image: Image.Image) -> bool:
    small = image.reduce(2) if min(image.size) > 600 else image
    return float(np.mean(np.asarray(small) < 128)) < _LEAST_INK


def _rendered(page: pypdfium2.PdfPage, dpi: int = DPI) -> PagePicture:
    width, height = page.get_size()
    most = (_MOST_PIXELS / (width * height)) ** 0.5 * _POINTS_PER_INCH
    dpi = int(min(dpi, most))
    bitmap = page.render(scale=dpi / _POINTS_PER_INCH, grayscale=True)
    picture = PagePicture(bitmap.to_pil().convert("L"), max(dpi, 70))
    bitmap.close()
    return picture


def _grey(frame: Image.Image) -> Image.Image:
    """Upright in mode "L"; see-through places become paper."""
    upright = ImageOps.exif_transpose(frame)
    if upright.mode.startswith(("I", "F")):
        values = np.asarray(upright, dtype=np.float64)
        return Image.fromarray((values * (255.0 / max(values.max(), 1.0))).clip(0, 255).astype(np.uint8))
    if "A" in upright.getbands() or "transparency" in upright.info:
        coloured = upright.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", coloured.size, "white"), coloured).convert("L")
    return upright.convert("L")


def _dpi(image: Image.Image) -> int:
    said = image.info.get("dpi", (0, 0))
    try:
        dpi = round(float(max(said)))
    except (TypeError, ValueError, OverflowError, ZeroDivisionError):
        dpi = 0
    return dpi if _LEAST_MEANT <= dpi <= _MOST_MEANT else max(round(max(image.size) / _ASSUMED_INCHES), 70)


def _is_pdf(path: Path) -> bool:
    with path.open("rb") as file:
        return b"%PDF-" in file.read(1024)


@contextmanager
def _pdf(path: Path) -> Iterator[pypdfium2.PdfDocument]:
    try:
        pdf = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise Unreadable(path.name) from error
    try:
        yield pdf
    except pypdfium2.PdfiumError as error:
        raise Unreadable(path.name) from error
    finally:
        pdf.close()


@contextmanager
def _image(path: Path) -> Iterator[Image.Image]:
    try:
        with warnings.catch_warnings():
            # A large picture is none of a benchmark's worries; a bomb is an error all the same.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path) as image:
                yield image
    except _UNREADABLE as error:
        raise Unreadable(path.name) from error
