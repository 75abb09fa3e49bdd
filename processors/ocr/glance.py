"""Whether words can be seen on their page: from renderings too small to read, at a tenth of the cost.

White text on white paper, or text under a picture, is read by machines alone: an extracted value must be something
that a person can see.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

import cv2
import numpy as np
from numpy.typing import NDArray

from processors.formats.page_size import POINTS_PER_INCH
from processors.ocr.text_layer import Token

Grey = NDArray[np.uint8]
#: Draws the page in a size, width and height in pixels.
Render = Callable[[tuple[int, int]], Grey]

#: Enough to see whether there is ink under a word, at a twentieth of the cost of a picture to read.
DPI = 100
#: Each pixel of the first, cheaper glance is so many of the second, both ways.
_COARSE = 2
#: Levels of grey between a word and its ground; pale grey print on white still has some 30.
_LEAST_CONTRAST = 12
_PAPER = 255


def seen(render: Render, size: tuple[float, float], dpi: int, tokens: list[Token]) -> list[Token]:
    """The words where the page shows anything at all.

    A coarse pixel is the mean of fine ones, and only coarse pixels are looked at whose fine ones would be, too: what
    stands out at the first glance does so at the second. The second is for words that the first did not see.

    Args:
        render: draws the page
        size: of the page, in points
        dpi: of the second glance
        tokens: the words
    """
    if not tokens:
        return []
    wide, high = (max(ceil(side * dpi / POINTS_PER_INCH / _COARSE), 1) for side in size)
    fine = wide * _COARSE, high * _COARSE
    places = _places(tokens, (fine[0] / size[0], fine[1] / size[1]))
    # Left and top up to whole coarse pixels, right and bottom down to them.
    inner = np.concatenate((-(-places[:, :2] // _COARSE), places[:, 2:] // _COARSE), axis=1)
    visible = _plain(render((wide, high)), inner)
    if not visible.all():
        pixels = render(fine)
        for at in np.flatnonzero(~visible):
            x0, y0, x1, y1 = places[at]
            place = pixels[y0:y1, x0:x1]
            visible[at] = place.size and int(place.max()) - int(place.min()) >= _LEAST_CONTRAST
    return [token for token, shows in zip(tokens, visible.tolist(), strict=True) if shows]


def _places(tokens: list[Token], scale: tuple[float, float]) -> NDArray[np.int64]:
    """Left, top, right, bottom of each word in pixels, with a rim of one."""
    corners = (np.array([token.box for token in tokens]) * (*scale, *scale)).astype(np.int64)
    return np.maximum(corners + (-1, -1, 2, 2), 0)


def _plain(pixels: Grey, places: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which places have both ink and bare paper."""
    ink = cv2.integral((pixels <= _PAPER - _LEAST_CONTRAST).astype(np.uint8))
    paper = cv2.integral((pixels == _PAPER).astype(np.uint8))
    height, width = pixels.shape
    x0, y0, x1, y1 = np.minimum(places, (width, height, width, height)).T
    there = (x0 < x1) & (y0 < y1)
    inked, bare = (table[y1, x1] - table[y0, x1] - table[y1, x0] + table[y0, x0] for table in (ink, paper))
    return np.asarray(there & (inked > 0) & (bare > 0))
