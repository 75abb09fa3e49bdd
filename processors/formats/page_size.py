"""How large a page may be, and at how many dots per inch it can be read: decided before a pixel is allocated."""

from __future__ import annotations

import math

from processors.config import Limits
from processors.formats.port import Refused
from processors.reasons import QuarantineReason

#: Tesseract's models were trained near 300 dpi; more costs time and finds nothing more.
WANTED_DPI = 300
#: Below 100 dpi the letters of 10 pt print are some 10 pixels high, and recognition falls apart.
LEAST_DPI = 100
#: Tesseract keeps coordinates in 16-bit signed integers.
LONGEST_SIDE_PIXELS = 32_000
POINTS_PER_INCH = 72.0


def render_dpi(width: float, height: float, limits: Limits) -> int:
    """The resolution, at most 300 dpi, at which a page of this size (in points) stays within the limits."""
    square_inches = (width / POINTS_PER_INCH) * (height / POINTS_PER_INCH)
    by_area = math.sqrt(limits.max_page_pixels / square_inches)
    by_side = LONGEST_SIDE_PIXELS / (max(width, height) / POINTS_PER_INCH)
    return int(min(WANTED_DPI, by_area, by_side))


def check_points(number: int, width: float, height: float, limits: Limits) -> None:
    """Refuse a page that is too large in points, or that cannot be rendered legibly within the pixel limit.

    Raises:
        Refused: the page is too large, or its size is no size at all.
    """
    if not (math.isfinite(width) and math.isfinite(height) and width > 0 and height > 0):
        raise Refused(QuarantineReason.DAMAGED, page=number)
    size: dict[str, str | int | float] = {
        "page": number,
        "width": round(width, 1),
        "height": round(height, 1),
        "unit": "points",
    }
    if max(width, height) > limits.max_page_points:
        raise Refused(QuarantineReason.PAGE_TOO_LARGE, **size, limit=limits.max_page_points)
    if render_dpi(width, height, limits) < LEAST_DPI:
        raise Refused(QuarantineReason.PAGE_TOO_LARGE, **size, limit_pixels=limits.max_page_pixels)


def check_pixels(number: int, width: int, height: int, limits: Limits) -> None:
    """Refuse an image page that holds too many pixels, or none.

    Raises:
        Refused: the image is too large or empty.
    """
    if width < 1 or height < 1:
        raise Refused(QuarantineReason.DAMAGED, page=number)
    if width * height > limits.max_page_pixels:
        raise Refused(
            QuarantineReason.PAGE_TOO_LARGE,
            page=number,
            width=width,
            height=height,
            unit="pixels",
            limit_pixels=limits.max_page_pixels,
        )
