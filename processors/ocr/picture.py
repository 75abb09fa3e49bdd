"""A page as a picture, before anything is done to it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image

#: Levels of grey by which ink differs from paper at least; faint print on white paper differs by some 50.
_INK_CONTRAST = 24
#: Share of the page that ink covers at least. A line of five words on a letter page covers 0.0004.
_LEAST_INK = 0.00005


@dataclass(frozen=True, slots=True)
class Picture:
    """A page that must be recognised."""

    #: counted from 1
    number: int
    #: points
    width: float
    height: float
    #: mode "L", `dpi` / 72 pixels a point in both directions
    image: Image.Image
    dpi: float


def is_blank(image: Image.Image) -> bool:
    """Whether nothing but paper is to be seen; costs 3 ms and saves a second or two of looking for words.

    Averaging over 2 x 2 pixels lets single specks vanish. Light marks on dark paper count as ink, too.
    """
    if min(image.size) < 4:
        return False
    size = image.width // 2, image.height // 2
    pixels = np.asarray(cv2.resize(np.asarray(image), size, interpolation=cv2.INTER_AREA), np.uint8)
    paper = float(np.median(pixels[::8, ::8]))
    marks = np.count_nonzero((pixels < paper - _INK_CONTRAST) | (pixels > paper + _INK_CONTRAST))
    return bool(marks < _LEAST_INK * pixels.size)
