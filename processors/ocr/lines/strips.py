"""Strips: each line of a page as a picture of its own, of one height, its words of one height in the middle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from processors.ocr.engine import PixelBox, PixelWord
from processors.ocr.pixels import Grey

#: Pixels: of a strip, of the words in it, and of the paper kept at either end.
HEIGHT: Final = 32
WORD: Final = 20.0
MARGIN: Final = 8
#: A line's words are taken for at least this share of the page's usual height: lines of dots and dashes are low.
_LEAST_SHARE: Final = 0.7
#: A line that is at most so many times as long as high has no slope that could be measured.
_SHORT: Final = 8.0
_MOST_SLOPE: Final = 0.05
#: Pixels: a line that would be longer is left to the engine. Lines of narrow print are at most some 40 / 0.7 times
#: as long as high, so 1,143 pixels; what is longer are specks or rules that were taken for low words.
LONGEST: Final = 1_600
_PAPER: Final = 255
#: Grey levels, as shares of a strip: what counts as ink and as paper when it is stretched.
_INK, _LIGHT = 1.0, 90.0
#: A strip with less between ink and paper is not stretched further: the grain would become letters.
_LEAST_DEPTH: Final = 40.0


@dataclass(frozen=True, slots=True)
class Strip:
    """A line cut out of a page."""

    #: the words that another reading saw there
    words: tuple[PixelWord, ...]
    #: HEIGHT x width
    grey: Grey
    #: maps pixels of the strip onto pixels of the page; 2 x 3
    back: NDArray[np.float64]

    def box(self, left: float, right: float) -> PixelBox:
        """Where on the page a part of the strip lies, as high as its words; what reaches over its ends is cut."""
        left, right = (min(max(end, 0.0), float(self.grey.shape[1])) for end in (left, right))
        top, bottom = (HEIGHT - WORD) / 2, (HEIGHT + WORD) / 2
        corners = np.array([[left, right, left, right], [top, top, bottom, bottom], [1.0] * 4])
        x, y = self.back @ corners
        return round(x.min()), round(y.min()), round(x.max()), round(y.max())


def cut(page: Grey, words: Sequence[PixelWord]) -> Iterator[Strip]:
    """The lines of a page, one by one, in the order of `words`, without those that would be longer than LONGEST.

    Args:
        page: upright, straightened
        words: with boxes in the pixels of `page`, those of one line one after another
    """
    usual = float(np.median([_height(word) for word in words])) if words else 0.0
    for _, found in groupby(words, key=lambda word: word.line):
        line = tuple(found)
        high = max(float(np.median([_height(word) for word in line])), _LEAST_SHARE * usual, 1.0)
        if _width(line, WORD / high) <= LONGEST:
            yield _strip(page, line, high)


def _strip(page: Grey, line: tuple[PixelWord, ...], high: float) -> Strip:
    boxes = np.array([word.box for word in line], np.float64)
    left, right = boxes[:, 0].min(), boxes[:, 2].max()
    middles, centres = boxes[:, [0, 2]].mean(1), boxes[:, [1, 3]].mean(1)
    broad = np.maximum(boxes[:, 2] - boxes[:, 0], 1.0)
    slope = 0.0
    if len(line) > 2 and right - left > _SHORT * high and np.ptp(middles) > high:
        slope = float(np.clip(np.polyfit(middles, centres, 1, w=np.sqrt(broad))[0], -_MOST_SLOPE, _MOST_SLOPE))
    centre = float(np.average(centres - slope * (middles - left), weights=broad))
    scale = WORD / high
    start = left - MARGIN / scale
    width = _width(line, scale)
    back = np.array(
        [
            [1 / scale, 0.0, start],
            [slope / scale, 1 / scale, centre + slope * (start - left) - HEIGHT / 2 / scale],
        ]
    )
    # Not averaged over areas, which warpAffine cannot: the page comes with letters of about this size.
    grey = cv2.warpAffine(
        page, back, (width, HEIGHT), flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP, borderValue=_PAPER
    )
    return Strip(line, np.asarray(grey, np.uint8), back)


def _width(line: Sequence[PixelWord], scale: float) -> int:
    """Of a strip, in its pixels."""
    left, right = min(word.box[0] for word in line), max(word.box[2] for word in line)
    return int(np.ceil((right - left) * scale)) + 2 * MARGIN


def stretched(strip: Grey) -> NDArray[np.float32]:
    """Grey levels as the network takes them: 1 for ink, 0 for paper."""
    ink, paper = np.percentile(strip, (_INK, _LIGHT))
    depth = max(float(paper - ink), _LEAST_DEPTH)
    return np.asarray(np.clip((paper - strip.astype(np.float32)) / depth, 0.0, 1.0), np.float32)


def _height(word: PixelWord) -> int:
    return word.box[3] - word.box[1]
