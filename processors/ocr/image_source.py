"""Pages of an image file: decoded to grey, upright, with square pixels and a believable resolution.

How large its letters are read is decided later, by the letters themselves (`preparing.py`).
"""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageOps

from processors.config import Limits
from processors.formats.image import blaming_document, page_frames
from processors.formats.page_size import LONGEST_SIDE_PIXELS, POINTS_PER_INCH
from processors.formats.port import Refused
from processors.ocr.picture import Picture
from processors.pages import Page
from processors.reasons import QuarantineReason

#: Scanners and faxes write true resolutions within these bounds.
_LEAST_DPI, _MOST_DPI = 70, 1200
#: Cameras and screens write 72 or 96 without meaning it: below this, the page must come out as office paper.
_MEANT_DPI, _OFFICE_INCHES = 150, 15.0
#: The longer side of letter (11.0) and A4 (11.7) paper.
_ASSUMED_INCHES = 11.0
_SIDEWAYS = (5, 6, 7, 8)
_ORIENTATION = 0x0112


class ImageSource:
    """A `PageSource` on an open image."""

    def __init__(self, image: Image.Image, limits: Limits) -> None:
        self._image = image
        self._limits = limits
        self._frames = page_frames(image, limits)

    def read(self, number: int) -> Page | Picture:
        """See `PageSource.read`."""
        if number > len(self._frames):
            raise Refused(QuarantineReason.DAMAGED, page=number)
        with blaming_document(self._limits, number):
            self._image.seek(self._frames[number - 1])
            dpi_x, dpi_y = resolution(self._image)
            grey = to_grey(self._image)
        return self._picture(number, grey, dpi_x, dpi_y)

    def _picture(self, number: int, grey: Image.Image, dpi_x: float, dpi_y: float) -> Picture:
        """Square pixels, by enlarging the coarser direction: a fax has half as many rows as columns."""
        width = grey.width / dpi_x * POINTS_PER_INCH
        height = grey.height / dpi_y * POINTS_PER_INCH
        inches = width / POINTS_PER_INCH, height / POINTS_PER_INCH
        most = (self._limits.max_page_pixels / (inches[0] * inches[1])) ** 0.5, LONGEST_SIDE_PIXELS / max(inches)
        dpi = min(max(dpi_x, dpi_y), *most)
        size = max(round(inches[0] * dpi), 1), max(round(inches[1] * dpi), 1)
        if size != grey.size:
            grey = grey.resize(size, Image.Resampling.BICUBIC)
        return Picture(number, width, height, grey, dpi)


def resolution(image: Image.Image) -> tuple[float, float]:
    """Dots per inch across and down, of the upright page: as the file says, if that can be true."""
    width, height = image.size
    try:
        dpi_x, dpi_y = (float(value) for value in image.info["dpi"])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        dpi_x = dpi_y = 0.0
    if image.getexif().get(_ORIENTATION) in _SIDEWAYS:
        width, height, dpi_x, dpi_y = height, width, dpi_y, dpi_x
    possible = all(_LEAST_DPI <= value <= _MOST_DPI for value in (dpi_x, dpi_y))
    if possible and (min(dpi_x, dpi_y) >= _MEANT_DPI or max(width / dpi_x, height / dpi_y) <= _OFFICE_INCHES):
        return dpi_x, dpi_y
    assumed = max(width, height) / _ASSUMED_INCHES
    return assumed, assumed


def to_grey(image: Image.Image) -> Image.Image:
    """The current frame upright in mode "L": alpha onto white, 16 bits and floats to 8, CMYK by way of RGB."""
    upright = ImageOps.exif_transpose(image)
    if upright.mode.startswith(("I", "F")):
        values = np.asarray(upright, dtype=np.float64)
        least, most = (0.0, 65535.0) if upright.mode.startswith("I") else (values.min(), values.max())
        scaled = (values - least) * (255.0 / max(most - least, 1e-9))
        return Image.fromarray(scaled.clip(0, 255).astype(np.uint8))
    if "A" in upright.getbands() or "transparency" in upright.info:
        coloured = upright.convert("RGBA")
        paper = Image.new("RGBA", coloured.size, "white")
        return Image.alpha_composite(paper, coloured).convert("L")
    if upright.mode == "CMYK":
        upright = upright.convert("RGB")
    return upright.convert("L")
