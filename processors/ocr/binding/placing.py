"""Where words stand in a PDF: from the page as it is shown to the units and axes that the page is drawn in."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

import pikepdf

from processors.pages import Box, Page

#: pdfium's page where a PDF gives none
_LETTER = (0.0, 0.0, 612.0, 792.0)
#: Beyond this lean, in degrees, the sides of an upright word cannot be told from the box around the leaning one.
_MOST_LEAN = 30.0
#: A word is at least this share of its box high: boxes are rounded, and leans are estimates.
_LEAST_SHARE = 0.2
#: turned -> cosine and sine of the direction of reading, clockwise from left to right
_QUARTERS = {0: (1.0, 0.0), 90: (0.0, -1.0), 180: (-1.0, 0.0), 270: (0.0, 1.0)}


@dataclass(frozen=True, slots=True)
class Frame:
    """Maps the page as shown (points, origin top left, y down) onto the PDF page's own space (y up)."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    @classmethod
    def of(cls, page: pikepdf.Page, record: Page) -> Self:
        """The frame of a page, whatever its /Rotate, its boxes and its unit.

        Raises:
            ValueError: the page has no area.
        """
        left, bottom, right, top = shown_box(page)
        turn = rotation(page)
        wide, high = (top - bottom, right - left) if turn in (90, 270) else (right - left, top - bottom)
        if min(wide, high, record.width, record.height) <= 0:
            raise ValueError("a page without area")
        # Points of the record for each unit of the page; the same both ways but for rounding.
        x, y = wide / record.width, high / record.height
        if turn == 90:
            return cls(0.0, x, y, 0.0, left, bottom)
        if turn == 180:
            return cls(-x, 0.0, 0.0, y, right, bottom)
        if turn == 270:
            return cls(0.0, -x, -y, 0.0, right, top)
        return cls(x, 0.0, 0.0, -y, left, top)

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A point of the page as shown, in the page's own space."""
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def direction(self, x: float, y: float) -> tuple[float, float]:
        """A direction of the page as shown, in the page's own space."""
        return self.a * x + self.c * y, self.b * x + self.d * y


class Reading:
    """The page turned by quarters so that it is read from left to right: `u` along the words, `v` down, in points.

    Words that lean stay level, each at its own height. Turned by some degrees, they break in pieces in poppler: on
    a page that leans by 2.5 degrees it found 442 of 581 words so, and 579 of them level. pdfium finds all of both.
    """

    def __init__(self, turned: int, skew: float) -> None:
        """The reading direction of content.

        Args:
            turned: degrees clockwise by which the content must be turned to be upright: 0, 90, 180 or 270
            skew: degrees clockwise by which it then leans
        """
        self.cos, self.sin = _QUARTERS[turned]
        self._sideways = self.cos == 0
        lean = math.radians(abs(skew)) if abs(skew) <= _MOST_LEAN else 0.0
        self._lean_cos, self._lean_sin, self._lean_cos2 = math.cos(lean), math.sin(lean), math.cos(2 * lean)

    def box(self, shown: Box) -> Box:
        """The box of the word itself, inside the box that was put around it as it leans."""
        across, down = shown[2] - shown[0], shown[3] - shown[1]
        x, y = (shown[0] + shown[2]) / 2, (shown[1] + shown[3]) / 2
        if self._sideways:
            across, down = down, across
        width = (across * self._lean_cos - down * self._lean_sin) / self._lean_cos2
        height = (down * self._lean_cos - across * self._lean_sin) / self._lean_cos2
        width, height = max(width, across * _LEAST_SHARE), max(height, down * _LEAST_SHARE)
        u, v = x * self.cos + y * self.sin, y * self.cos - x * self.sin
        return u - width / 2, v - height / 2, u + width / 2, v + height / 2

    def shown(self, u: float, v: float) -> tuple[float, float]:
        """A point on the page as it is shown."""
        return u * self.cos - v * self.sin, u * self.sin + v * self.cos


def shown_box(page: pikepdf.Page) -> Box:
    """What a reader shows of the page, in its own space: the crop box as far as it lies on the media box."""
    media = _box(page.obj.get("/MediaBox")) or _LETTER
    crop = _box(page.obj.get("/CropBox"))
    if crop is None:
        return media
    left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
    right, top = min(media[2], crop[2]), min(media[3], crop[3])
    return (left, bottom, right, top) if left < right and bottom < top else media


def rotation(page: pikepdf.Page) -> int:
    """Degrees clockwise by which a reader turns the page: 0, 90, 180 or 270."""
    said = page.obj.get("/Rotate", 0)
    return int(said) // 90 * 90 % 360 if isinstance(said, int) else 0


def _box(said: pikepdf.Object | None) -> Box | None:
    """A rectangle in order; None where there is none or it is empty."""
    if not isinstance(said, pikepdf.Array) or len(said) != 4:
        return None
    x0, y0, x1, y1 = (float(value) for value in said)
    left, bottom, right, top = min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
    return (left, bottom, right, top) if left < right and bottom < top else None
