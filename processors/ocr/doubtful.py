"""What of a narrow page deserves a second reading: the lines on which the engine was not sure of every word.

Receipts and till slips are printed small, pale and in dots, and the engine reads them otherwise in another size.
Figures: docs/decisions/0023-doubtful-lines.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final

import numpy as np
from PIL import Image

from processors.ocr.engine import PixelBox, PixelWord

#: Letters are brought to this height, in pixels, for the second reading.
LETTER: Final = 24.0
#: Print that is at most so many times as broad as its words are high is narrow: that of 40 receipts is 17 to 34
#: times, that of 389 scanned pages of filings 46 times and more.
_NARROW: Final = 40.0
#: Fewer lines than this are a title, a logo, a stamp.
_LEAST_LINES: Final = 8
#: A line is sure where all its words are as sure as this.
_SURE: Final = 0.85
#: Per cent of the words at either side whose edges may be dirt.
_DIRT: Final = 2
_PAPER: Final = 255


def narrow(found: Sequence[PixelWord]) -> bool:
    """Whether a page's print is as narrow as a receipt's."""
    if len({word.line for word in found}) < _LEAST_LINES:
        return False
    boxes = np.array([word.box for word in found], np.float64)
    left, right = np.percentile(boxes[:, 0], _DIRT), np.percentile(boxes[:, 2], 100 - _DIRT)
    return bool(right - left <= _NARROW * np.median(boxes[:, 3] - boxes[:, 1]))


def sure(found: Iterable[PixelWord]) -> list[PixelWord]:
    """The words of the lines that need no second reading."""
    lines = (list(line) for _, line in groupby(found, key=lambda word: word.line))
    return [word for line in lines if min(one.confidence for one in line) >= _SURE for word in line]


def without(image: Image.Image, boxes: Iterable[PixelBox]) -> Image.Image:
    """The picture with paper where these boxes are: what was read surely costs no second recognition."""
    rest = image.copy()
    for box in boxes:
        rest.paste(_PAPER, box)
    return rest
