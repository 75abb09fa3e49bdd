"""Whether a page seems to stand on its head, told from where its letters end, in half a millisecond.

Most letters stand on the line and end at several heights: b, d, h, k, l, t, capitals and digits above, only g, j,
p, q and y below. So the lower edges of letters lie in fewer rows of pixels than the upper ones. Figures:
docs/decisions/0008-page-preparation.md.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

#: Fewer letters than this say nothing.
_LEAST_LETTERS = 50
#: Strips of the page's width that are looked at by themselves: columns have their own lines.
_STRIPS = 4
#: Natural logarithm of how much more the lower edges coincide; upright pages have 0.4.
_LEAST_SIGN = -0.1


def seems_upside_down(letters: NDArray[np.int32], width: int, skew: float) -> bool:
    """Look at the letters of a page.

    Args:
        letters: a row each: left, top, width, height, in pixels
        width: of the page
        skew: degrees, clockwise, by which the lines lean
    """
    if len(letters) < _LEAST_LETTERS:
        return False
    usual = np.median(letters[:, 3])
    left, top, wide, high = letters[(letters[:, 3] >= 0.6 * usual) & (letters[:, 3] <= 2.2 * usual), :4].T
    middle = left + wide / 2
    strip = (middle * _STRIPS / width).astype(np.intp)
    upper = top - middle * np.tan(np.radians(skew))
    upper -= upper.min()
    sign = np.log((_coincidence(upper + high, strip) + 1) / (_coincidence(upper, strip) + 1))
    return bool(sign < _LEAST_SIGN)


def _coincidence(edges: NDArray[np.float64], strip: NDArray[np.intp]) -> float:
    """How many pairs of edges share a row of a strip."""
    counts = np.bincount(np.rint(edges).astype(np.intp) * _STRIPS + strip).astype(np.float64)
    return float((counts * counts).sum()) - len(edges)
