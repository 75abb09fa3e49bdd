"""A piece of a page with the evidence of a value framed: from the original, or drawn from its words without one."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw, ImageFont, UnidentifiedImageError

from processors.pages import Box, Page

#: pixels per point: 108 dpi can be read and is small
_SCALE = 1.5
#: points above and below the evidence, and on both sides; a page is wider than it need be
_AROUND, _BESIDE = 60, 200
_FRAME = "#b3440e"


def crop(page: Page, boxes: Sequence[Box], original: Path | None) -> str:
    """The neighbourhood of some boxes as a `data:` URI (PNG)."""
    picture = _page(page, original)
    pen = ImageDraw.Draw(picture)
    for x0, y0, x1, y1 in boxes:
        edges = (x0 * _SCALE - 3, y0 * _SCALE - 3, x1 * _SCALE + 3, y1 * _SCALE + 3)
        pen.rectangle(edges, outline=_FRAME, width=3)
    left, top = min(box[0] for box in boxes) - _BESIDE, min(box[1] for box in boxes) - _AROUND
    right, bottom = max(box[2] for box in boxes) + _BESIDE, max(box[3] for box in boxes) + _AROUND
    area = (max(left, 0), max(top, 0), min(right, page.width), min(bottom, page.height))
    cut = picture.crop(tuple(round(edge * _SCALE) for edge in area))  # type: ignore[arg-type]
    png = io.BytesIO()
    cut.quantize(32).save(png, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(png.getvalue()).decode("ascii")


def _page(page: Page, original: Path | None) -> Image.Image:
    """The page upright, as it was read, at our scale."""
    size = (max(round(page.width * _SCALE), 1), max(round(page.height * _SCALE), 1))
    seen = _rendered(page.number, original) if original is not None else None
    if seen is None:
        return _words(page, size)
    if page.turned:
        seen = seen.rotate(-page.turned, expand=True)
    return seen.resize(size)


def _rendered(number: int, original: Path) -> Image.Image | None:
    """A page of a file; None where the file is no picture and no PDF."""
    if original.suffix.casefold() == ".pdf":
        document = pypdfium2.PdfDocument(original)
        try:
            drawn: Image.Image = document[number - 1].render(scale=_SCALE).to_pil()
        finally:
            document.close()
        return drawn.convert("RGB")
    try:
        with Image.open(original) as picture:
            picture.seek(number - 1)
            return picture.convert("RGB")
    except UnidentifiedImageError:
        return None


def _words(page: Page, size: tuple[int, int]) -> Image.Image:
    """A white page with the words that were read, each in its place."""
    sheet = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(sheet)
    for word in page.words:
        x0, y0, x1, y1 = (edge * _SCALE for edge in word.box)
        if word.placed:
            pen.rectangle((x0, y0, x1, y1), outline="#cccccc")
            pen.text((x0 + 1, y0), word.text, fill="#333333", font=ImageFont.load_default(max((y1 - y0) * 0.8, 6)))
    return sheet
