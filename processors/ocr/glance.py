"""Whether words can be seen on their page: from renderings too small to read, at a tenth of the cost.

White text on white paper, text under a picture, or text a point high, is read by machines alone: an extracted value
must be something that a person can see.
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
#: Points from the bottom of a word's letters to their top: small letters in 4 point print have 2.
_LEAST_LETTER = 1.5


def seen(render: Render, size: tuple[float, float], dpi: int, tokens: list[Token]) -> list[Token]:
    """The words where the page shows anything at all, and that are large enough to be read.

    Small letters are drawn up to half a coarse pixel from their place. So the first glance looks only at pixels
    wholly inside a word's box; the second, which decides on what the first did not see, at a rim around it, too.

    Args:
        render: draws the page
        size: of the page, in points
        dpi: of the second glance
        tokens: the words
    """
    tokens = [token for token in tokens if _letter(token) >= _LEAST_LETTER]
    if not tokens:
        return []
    wide, high = (max(ceil(side * dpi / POINTS_PER_INCH / _COARSE), 1) for side in size)
    fine = wide * _COARSE, high * _COARSE
    coarse, inside = render((wide, high)), _inside(tokens, (wide / size[0], high / size[1]))
    visible = _plain(coarse, inside)
    _look_closer(coarse, inside, visible)
    if not visible.all():
        _look_closer(render(fine), _places(tokens, (fine[0] / size[0], fine[1] / size[1])), visible)
    return [token for token, shows in zip(tokens, visible.tolist(), strict=True) if shows]


def _letter(token: Token) -> float:
    """How high the letters of a word are, in points, whichever way it runs; dots and dashes may be low."""
    if not any(map(str.isalnum, token.text)):
        return _LEAST_LETTER
    x0, y0, x1, y1 = token.box
    short, long = sorted((x1 - x0, y1 - y0))
    # Of a word that is one thin letter, such as "l", the longer side is its height.
    return max(short, long / len(token.text))


def _places(tokens: list[Token], scale: tuple[float, float]) -> NDArray[np.int64]:
    """Left, top, right, bottom of each word in pixels, with a rim of one."""
    corners = _scaled(tokens, scale).astype(np.int64)
    corners += np.array((-1, -1, 2, 2))
    return corners.clip(0)


def _inside(tokens: list[Token], scale: tuple[float, float]) -> NDArray[np.int64]:
    """The same for the pixels that are wholly inside; right and bottom may come before left and top."""
    exact = _scaled(tokens, scale)
    return np.concatenate((np.ceil(exact[:, :2]), np.floor(exact[:, 2:])), axis=1).astype(np.int64)


def _look_closer(pixels: Grey, places: NDArray[np.int64], visible: NDArray[np.bool_]) -> None:
    """Look at the contrast of what is not yet known to be visible."""
    for at in np.flatnonzero(~visible):
        x0, y0, x1, y1 = places[at].clip(0)
        place = pixels[y0:y1, x0:x1]
        visible[at] = place.size and int(place.max()) - int(place.min()) >= _LEAST_CONTRAST


def _scaled(tokens: list[Token], scale: tuple[float, float]) -> NDArray[np.float64]:
    boxes: NDArray[np.float64] = np.array([token.box for token in tokens], np.float64)
    return np.multiply(boxes, (*scale, *scale))


def _plain(pixels: Grey, places: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which places have both ink and bare paper."""
    ink = cv2.integral((pixels <= _PAPER - _LEAST_CONTRAST).astype(np.uint8))
    paper = cv2.integral((pixels == _PAPER).astype(np.uint8))
    height, width = pixels.shape
    x0, y0, x1, y1 = np.minimum(places, (width, height, width, height)).T
    there = (x0 < x1) & (y0 < y1)
    inked, bare = (table[y1, x1] - table[y0, x1] - table[y1, x0] + table[y0, x0] for table in (ink, paper))
    return np.asarray(there & (inked > 0) & (bare > 0))
