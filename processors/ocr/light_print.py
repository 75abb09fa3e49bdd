"""Light letters on dark ground: headings in black bars, labels, whole pages.

Tesseract finds them by recognising what it is unsure of once more, inverted: that costs 1 to 4 % of its time on
pages that have none.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from processors.ocr.pixels import Grey, darker, pieces, shrunk

#: In heights of a letter: how high a bar with letters is at least, and an area beyond a single line.
_LEAST_BAR, _LEAST_AREA = 1.15, 5.0
#: Ground darker than this is dark; a logo of grey 160 on white paper has letters that can be read.
_DARK = 160
#: Share of a bar that is dark: more than the first around letters. Letters of a bold word that run together have
#: less than the second.
_LEAST_FILLED, _WELL_FILLED = 0.4, 0.7
#: Light pieces of a letter's height that make it print: in a bar that is dark all over, and wholly within any.
_LEAST_LIGHT, _LEAST_WITHIN = 2, 3


def light_print(page: Grey, ink: Grey, found: NDArray[np.int32], letter: float) -> bool:
    """Whether there may be light letters on dark ground.

    Args:
        page: in grey levels
        ink: of the same size, 255 where there is ink by the light of the paper around it
        found: the pieces of `ink`
        letter: height of the page's letters, in pixels
    """
    bars = (found[:, 3] >= _LEAST_BAR * letter) & (found[:, 2] >= 2 * found[:, 3])
    if _hold_letters(ink, found[bars], letter):
        return True
    # By the light around it the middle of a large dark area would be paper.
    dark = darker(shrunk(page, 4), _DARK)
    areas = pieces(dark)
    large = (areas[:, 2:4] >= _LEAST_AREA * letter / 4).all(axis=1)
    return _hold_letters(dark, areas[large], letter / 4)


def _hold_letters(ink: Grey, bars: NDArray[np.int32], letter: float) -> bool:
    filled = bars[:, 4] >= _LEAST_FILLED * bars[:, 2] * bars[:, 3]
    for left, top, wide, high, pixels in bars[filled]:
        light = pieces(255 - ink[top : top + high, left : left + wide])
        x, y, width, height = (light[:, at] for at in range(4))
        shaped = (height >= 0.6 * letter) & (height <= 6 * letter) & (width <= 2 * height)
        within = shaped & (x > 0) & (y > 0) & (x + width < wide) & (y + height < high)
        bar = pixels >= _WELL_FILLED * wide * high and np.count_nonzero(shaped) >= _LEAST_LIGHT
        if bar or np.count_nonzero(within) >= _LEAST_WITHIN:
            return True
    return False
