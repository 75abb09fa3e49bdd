"""A page picture made ready for the engine: turned, straightened, letters of the size that it reads best.

What each step gains was measured on labelled pages, and steps that gained nothing were dropped:
docs/decisions/0008-page-preparation.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from processors.ocr import steps
from processors.ocr.engine import PixelBox
from processors.ocr.look import Look, even, without_edges
from processors.ocr.pixels import Grey
from processors.ocr.steps import Steps
from processors.pages import Box

#: Letters of this height, in pixels, are read best and cheaply: larger ones cost time, and accuracy on top.
_WANTED_LETTER = 19.0
#: From these heights on the picture is made smaller or larger; between them a change of scale only blurs.
_SHRINK_ABOVE, _ENLARGE_BELOW = 21.0, 13.0
#: Small print on a page of larger letters is not made smaller than this.
_LEAST_SMALL = 13.0
#: Small print is enlarged to this height: more costs time and gains nothing.
_ENLARGED_LETTER = 16.0
_LEAST_SCALE, _MOST_SCALE = 0.4, 2.0
#: Where a picture is made much smaller every pixel must count; above, that costs five
#: times as much and shows no more.
_AVERAGED_BELOW = 0.6
#: Pages that lean less than this, in degrees, are read as well as straight ones.
_LEAST_SKEW = 0.3
#: Ink paler than this against its paper is made stronger: thermal paper, pencil, copies of copies.
_PALE = 128.0
#: Paper grainier than this is smoothed, and its ink left as it is: made stronger, the grain would become letters.
_GRAINY = 5.0
_SMOOTHING = 1.0
#: What counts as full ink at least where it is made stronger, lest the grain of empty paper become letters.
_LEAST_INK = 50
#: An inch holds some seven lines of letters of this height; the engine guesses sizes by it.
_LETTERS_PER_INCH = 12.0
#: Height of small letters of 10 point print: what is assumed where too few are seen to measure them.
_LETTER_INCHES = 1 / 18
_LEAST_DPI, _MOST_DPI = 70, 600


@dataclass(frozen=True, slots=True)
class Prepared:
    """A picture for the engine, and the way back to the one that it was made from."""

    #: mode "L"
    image: Image.Image
    #: what the engine is told
    dpi: int
    #: degrees clockwise by which the page was turned
    turned: int
    #: degrees clockwise by which it leaned before it was straightened; 0 where it was not
    skew: float
    #: whether its ink was made stronger
    strong: bool
    #: maps pixels of `image` onto pixels of the original picture; 2 x 3
    back: NDArray[np.float64]

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """A box of this picture as one of the original, in its pixels; upright again, so a little larger."""
        corners = np.array([[x0, x1, x0, x1], [y0, y0, y1, y1], [1.0] * 4])
        x, y = self.back @ corners
        return float(x.min()), float(y.min()), float(x.max()), float(y.max())

    def onto(self, other: Prepared, box: PixelBox) -> PixelBox:
        """A box of this picture in the pixels of another one of the same page, turned and straightened alike."""
        back, forth = (np.vstack([one.back, [0.0, 0.0, 1.0]]) for one in (self, other))
        corners = np.array([[box[0], box[2]], [box[1], box[3]], [1.0, 1.0]])
        (x0, x1), (y0, y1), _ = np.rint(np.linalg.inv(forth) @ back @ corners).astype(int)
        return int(x0), int(y0), int(x1), int(y1)


def prepare(
    grey: Grey,
    seen: Look,
    dpi: float,
    turn: int = 0,
    *,
    stronger: bool | None = None,
    letter: float = 0.0,
    taken: Steps = steps.ALL,
) -> Prepared:
    """Make a picture ready.

    Args:
        grey: the page as it came
        seen: what a first look at it showed
        dpi: of the page as it came
        turn: degrees clockwise by which it must be turned to be upright
        stronger: whether to make the ink stronger; None = where it is pale and the paper is not grainy
        letter: height in pixels to which letters are brought; 0 = what is read best and cheapest
        taken: steps that are not taken are left out
    """
    grainy = seen.grain >= _GRAINY
    if grainy and taken.smooth:
        grey = np.asarray(cv2.GaussianBlur(grey, (0, 0), _SMOOTHING), np.uint8)
    pale = seen.letters > 0 and seen.depth < _PALE and not (grainy and taken.smooth)
    strong = pale and taken.strengthen if stronger is None else stronger
    if strong:
        grey = _stronger(grey)
    scale = _scale(seen, dpi, letter) if taken.scale else 1.0
    forth = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    if scale != 1.0:
        smaller = cv2.INTER_AREA if scale < _AVERAGED_BELOW else cv2.INTER_LINEAR
        way = smaller if scale < 1.0 else cv2.INTER_CUBIC
        grey = np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=way), np.uint8)
        forth = np.diag([scale, scale, 1.0]) @ forth
    if turn:
        forth = _turning(turn, grey.shape[1], grey.shape[0]) @ forth
        grey = np.ascontiguousarray(np.rot90(grey, -turn // 90))
    # What leans clockwise on its side leans clockwise when it is turned upright.
    skew = seen.skew if taken.straighten and abs(seen.skew) >= _LEAST_SKEW else 0.0
    if skew:
        grey, straightened = _straightened(grey, skew)
        forth = straightened @ forth
    told = seen.letter * scale * _LETTERS_PER_INCH if seen.letter else dpi * scale
    return Prepared(
        Image.fromarray(grey),
        round(min(max(told, _LEAST_DPI), _MOST_DPI)),
        turn,
        skew,
        strong,
        np.linalg.inv(forth)[:2],
    )


def _scale(seen: Look, dpi: float, wanted: float) -> float:
    """By the size of the letters; on a page with hardly any, by its resolution."""
    letter = seen.letter or dpi * _LETTER_INCHES
    if wanted:
        return min(max(wanted / letter, _LEAST_SCALE), _MOST_SCALE)
    if letter > _SHRINK_ABOVE:
        least = _LEAST_SMALL / seen.small if seen.small else 0.0
        return min(max(_WANTED_LETTER / letter, least, _LEAST_SCALE), 1.0)
    if letter < _ENLARGE_BELOW:
        return min(_ENLARGED_LETTER / letter, _MOST_SCALE)
    return 1.0


def _turning(turn: int, width: int, height: int) -> NDArray[np.float64]:
    """Pixel coordinates before to those after a turn clockwise."""
    if turn == 90:
        rows = [[0, -1, height], [1, 0, 0]]
    elif turn == 180:
        rows = [[-1, 0, width], [0, -1, height]]
    else:
        rows = [[0, 1, 0], [-1, 0, width]]
    return np.array([*rows, [0, 0, 1]], np.float64)


def _straightened(grey: Grey, skew: float) -> tuple[Grey, NDArray[np.float64]]:
    """The picture turned back by its skew, on white paper large enough to hold all of it."""
    height, width = grey.shape
    turning = cv2.getRotationMatrix2D((width / 2, height / 2), skew, 1.0)
    cosine, sine = abs(turning[0, 0]), abs(turning[0, 1])
    size = round(height * sine + width * cosine), round(height * cosine + width * sine)
    turning[:, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    straight = cv2.warpAffine(grey, turning, size, flags=cv2.INTER_LINEAR, borderValue=255)
    return np.asarray(straight, np.uint8), np.vstack([turning, [0.0, 0.0, 1.0]])


def _stronger(grey: Grey) -> Grey:
    """Pale ink made dark, by as much as the darkest ink near it needs; one receipt fades from top to bottom."""
    height, width = grey.shape
    darkness = 255 - even(without_edges(grey))
    small = cv2.resize(darkness, (max(width // 4, 1), max(height // 4, 1)), interpolation=cv2.INTER_AREA)
    darkest = cv2.blur(cv2.dilate(small, np.ones((25, 25), np.uint8)), (25, 25))
    full = cv2.resize(np.maximum(darkest, _LEAST_INK), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(255 - cv2.divide(darkness, full, scale=255), np.uint8)
