"""A first look at a page picture: how large the letters are, how they lean, how dark the ink is.

Some 20 ms for a page at 300 dpi, against a second for recognising it.
The numbers decide how the picture is prepared (`preparing.py`), and how far a scan can be trusted.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from processors.ocr.light_print import light_print
from processors.ocr.pixels import Grey, darker, histogram, pieces, quantile, shrunk
from processors.ocr.upside_down import seems_upside_down

#: Pictures with a shorter side of more pixels than this are looked at in half their size.
_HALVE_FROM = 1_500
#: Fewer pieces of ink of a letter's shape than this say nothing about the letters' size.
_LEAST_LETTERS = 20
#: A page of text or a dense form; receipts have fewer.
_MANY_LETTERS = 1_000
#: Degrees to both sides in which a skew is looked for; feeders do not lean further.
_MOST_SKEW = 7.0
#: How much sharper lines of text must stand out at the best angle than at the usual one for it to count.
_LEAST_SHARPNESS = 2.5
#: Ink pixels that are enough to see lines by.
_SAMPLE = 30_000
#: What a scanner sees beside the paper is darker than this.
_BLACK = 100
#: Columns that vary so much more than rows are lines of text that run down the page.
_SIDEWAYS = 0.4


@dataclass(frozen=True, slots=True)
class Look:
    """What a first look shows."""

    #: median height of what looks like a letter, in pixels; 0 where nothing does
    letter: float
    #: the height that nine of ten reach, in pixels: small print; 0 on pages of few letters, where it may be dirt
    small: float
    #: how many pieces of ink look like a letter
    letters: int
    #: pieces of ink too small for one, for each letter
    specks: float
    #: median difference between ink and the paper around it, 0 to 255
    depth: float
    #: how grainy the paper is: standard deviation of its grey levels, without shadows; 0 for black and white scans
    grain: float
    #: degrees, clockwise, by which the lines lean; 0 where that cannot be seen
    skew: float
    #: whether the lines run down the page
    sideways: bool
    #: whether it seems to stand on its head
    upside_down: bool
    #: whether light letters may stand on dark ground somewhere
    light_print: bool

    @property
    def quality(self) -> float:
        """How well the scan can be read at all, 0 to 1, from size of letters, strength of ink and dirt."""
        size = min(self.letter / 12.0, 1.0)
        ink = min(self.depth / 110.0, 1.0)
        dirt = 1.0 / (1.0 + max(self.specks - 1.0, 0.0) / 4.0)
        return round(size * ink * dirt, 3)


def look(grey: Grey) -> Look:
    """Look at a picture of a page."""
    scale = 2 if min(grey.shape) > _HALVE_FROM else 1
    small = shrunk(grey, scale)
    level = even(without_edges(small))
    darkest_paper, thresholded = cv2.threshold(level, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    ink = np.asarray(thresholded, np.uint8)
    found = pieces(ink)
    shaped, specks = _letters(found, ink.shape[0])
    heights = shaped[:, 3]
    letters = len(heights)
    enough = letters >= _LEAST_LETTERS
    letter = float(np.median(heights)) if enough else 0.0
    shades = histogram(level)
    inked = shades[: int(darkest_paper) + 1]
    skew = _skew(ink)
    sideways = enough and _rows_against_columns(ink) < _SIDEWAYS
    return Look(
        letter=letter * scale,
        small=float(np.percentile(heights, 10)) * scale if letters >= _MANY_LETTERS else 0.0,
        letters=letters,
        specks=round(specks / letters, 2) if enough else 0.0,
        depth=255.0 - quantile(inked, 0.5) if inked.any() else 0.0,
        # Halving the picture halved its grain.
        grain=round(_grain(shades) * scale, 1),
        skew=skew,
        sideways=sideways,
        upside_down=not sideways and seems_upside_down(shaped, ink.shape[1], skew),
        light_print=not enough or light_print(small, ink, found, letter),
    )


def even(grey: Grey) -> Grey:
    """The picture with its paper made white everywhere: shadows and yellowed corners go."""
    height, width = grey.shape
    paper = shrunk(grey, 8)
    spread = cv2.medianBlur(cv2.dilate(paper, np.ones((5, 5), np.uint8)), 15)
    full = cv2.resize(spread, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(grey, full, scale=255), np.uint8)


def without_edges(grey: Grey) -> Grey:
    """The picture without the black that a scanner sees beside the paper; it would pass for very dark ink."""
    height, width = grey.shape
    small = shrunk(grey, 4)
    black = darker(small, _BLACK)
    if not (black[[0, -1]].any() or black[:, [0, -1]].any()):
        return grey
    _, labels, stats, _ = cv2.connectedComponentsWithStats(black, connectivity=8)
    left, top, wide, high, area = (stats[:, at] for at in range(5))
    touching = (left == 0) | (top == 0) | (left + wide >= small.shape[1]) | (top + high >= small.shape[0])
    gone = touching & (area > max(0.0005 * small.size, 30))
    gone[0] = False  # label 0 is all that is not black
    if not gone.any():
        return grey
    mask = cv2.dilate(gone[labels].astype(np.uint8), np.ones((3, 3), np.uint8))
    cleared = grey.copy()
    cleared[cv2.resize(mask, (width, height), interpolation=cv2.INTER_NEAREST) > 0] = 255
    return cleared


def _letters(found: NDArray[np.int32], page_height: int) -> tuple[NDArray[np.int32], int]:
    """The pieces of ink that have a letter's shape, and how many are too small to be one."""
    width, height, area = found[:, 2], found[:, 3], found[:, 4]
    shaped = (height >= 5) & (width >= 2) & (height <= page_height * 0.1)
    shaped &= (width <= 4 * height) & (height <= 8 * width) & (area >= 0.08 * width * height)
    return found[shaped], int(np.count_nonzero((height < 4) & (width < 4)))


def _skew(ink: Grey) -> float:
    """The angle at which the rows of the page differ most from one another: there text lines and gaps alternate."""
    small = shrunk(ink, max(round(max(ink.shape) / 1_200), 1))
    places = np.flatnonzero(small > 64)
    if len(places) < 200:
        return 0.0
    if len(places) > _SAMPLE:
        places = np.random.default_rng(0).choice(places, _SAMPLE, replace=False, shuffle=False)
    y, x = (values.astype(np.float32) for values in np.divmod(places, small.shape[1]))
    middle = x - x.mean()
    # So low that no angle moves a pixel above the first row.
    low = y + np.abs(middle).max() * 0.2

    def sharpness(angle: float) -> float:
        rows = np.bincount((low - middle * np.float32(np.tan(np.radians(angle)))).astype(np.intp))
        steps = np.diff(rows)
        return float(steps @ steps)

    coarse = np.arange(-_MOST_SKEW, _MOST_SKEW + 0.01, 0.5)
    values = [sharpness(angle) for angle in coarse]
    near = coarse[int(np.argmax(values))]
    fine = np.arange(near - 0.5, near + 0.51, 0.1)
    best = [sharpness(angle) for angle in fine]
    if max(best) < _LEAST_SHARPNESS * float(np.median(values)):
        return 0.0
    return round(float(fine[int(np.argmax(best))]), 1)


def _grain(shades: NDArray[np.int64]) -> float:
    """Without the darkest quarter of the pixels, which may be ink."""
    least = int(quantile(shades, 0.25))
    paper, levels = shades[least:], np.arange(least, len(shades))
    mean = np.average(levels, weights=paper)
    return float(np.sqrt(np.average((levels - mean) ** 2, weights=paper)))


def _rows_against_columns(ink: Grey) -> float:
    """How much rougher the profile down the page is than the one across it."""
    small = shrunk(ink, 4)

    def roughness(profile: NDArray[np.float64]) -> float:
        steps = np.diff(profile)
        return float((steps * steps).mean()) / max(float(profile.mean()) ** 2, 1e-9)

    if min(small.shape) < 2:
        return 1.0
    return roughness(small.mean(axis=1)) / max(roughness(small.mean(axis=0)), 1e-9)
