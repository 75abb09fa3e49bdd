"""What is asked of grey pictures over and over, in the way that costs least."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]

# The workers already fill the cores.
cv2.setNumThreads(1)

#: More pieces than this cannot be counted in 16 bits.
_MOST_PIECES = 65_000


def histogram(grey: Grey) -> NDArray[np.int64]:
    """How many pixels have each of the 256 levels; what is asked of it costs nothing more."""
    return np.asarray(cv2.calcHist([grey], [0], None, [256], [0, 256]), np.int64).ravel()


def quantile(counts: NDArray[np.int64], share: float) -> float:
    """The lowest level that at least this share of the pixels do not exceed."""
    below = np.cumsum(counts)
    return float(np.searchsorted(below, share * below[-1]))


def shrunk(grey: Grey, by: int) -> Grey:
    """The mean of each `by` x `by` pixels; what is left over at the right and below goes.

    OpenCV takes ten times as long where the sides are no multiples.
    """
    height, width = grey.shape
    if by == 1 or min(height, width) < by:
        return grey
    whole = grey[: height // by * by, : width // by * by]
    return np.asarray(cv2.resize(whole, (width // by, height // by), interpolation=cv2.INTER_AREA), np.uint8)


def darker(grey: Grey, level: int) -> Grey:
    """255 where the picture is darker than a level, else 0."""
    return np.asarray(cv2.threshold(grey, level - 1, 255, cv2.THRESH_BINARY_INV)[1], np.uint8)


def pieces(ink: Grey) -> NDArray[np.int32]:
    """Connected pieces of what is not 0, a row each: left, top, width, height, pixels."""
    # A piece begins where there is ink with none to the left and none above.
    begins = np.count_nonzero((ink[1:, 1:] > ink[:-1, 1:]) & (ink[1:, 1:] > ink[1:, :-1])) + sum(ink.shape)
    # Half the memory is half the time.
    kind = cv2.CV_16U if begins < _MOST_PIECES else cv2.CV_32S
    _, _, found, _ = cv2.connectedComponentsWithStats(ink, connectivity=8, ltype=kind)
    # The first is all that is 0.
    return np.asarray(found[1:], np.int32)
