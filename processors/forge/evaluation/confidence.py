"""What a confidence is worth: does it tell right from wrong, does it mean what it says, what lets it through?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

BINS = 10
#: share of wrong values among released ones that is bearable
BEARABLE = 0.01
#: a report needs a curve, not each of a thousand points
_POINTS = 60


@dataclass(frozen=True)
class Belief:
    """A value's confidence and whether it was right."""

    confidence: float
    right: bool
    #: values of one document share it
    document: str = ""


@dataclass(frozen=True)
class Bin:
    """Values of nearly the same confidence."""

    confidence: float
    precision: float
    values: int


@dataclass(frozen=True)
class Point:
    """What happens if all values of at least this confidence are released."""

    threshold: float
    #: share of the values that are released
    coverage: float
    #: share of wrong values among these
    risk: float
    #: share of the documents with values that have none left to look at
    documents: float


def auroc(beliefs: Sequence[Belief]) -> float | None:
    """Chance that a right value is believed more than a wrong one (Mann-Whitney), ties half; None if all agree."""
    right = np.array([one.confidence for one in beliefs if one.right])
    wrong = np.sort([one.confidence for one in beliefs if not one.right])
    if not len(right) or not len(wrong):
        return None
    below = np.searchsorted(wrong, right, "left")
    tied = np.searchsorted(wrong, right, "right") - below
    return float((below + tied / 2).sum() / (len(right) * len(wrong)))


def bins(beliefs: Sequence[Belief]) -> list[Bin]:
    """Reliability: ten bins of equal width, the empty ones left out."""
    found = []
    for number in range(BINS):
        mine = [one for one in beliefs if min(int(one.confidence * BINS), BINS - 1) == number]
        if mine:
            means = sum(one.confidence for one in mine) / len(mine), sum(one.right for one in mine) / len(mine)
            found.append(Bin(*means, len(mine)))
    return found


def ece(beliefs: Sequence[Belief]) -> float | None:
    """Expected calibration error (Naeini et al. 2015): mean gap of confidence and precision; None of nothing."""
    if not beliefs:
        return None
    return sum(one.values * abs(one.confidence - one.precision) for one in bins(beliefs)) / len(beliefs)


def curve(beliefs: Sequence[Belief]) -> list[Point]:
    """Risk and coverage for every threshold, from the strictest on (Geifman and El-Yaniv 2017).

    Values of one confidence are released together: no threshold can part them.
    """
    ranked = sorted(beliefs, key=lambda one: -one.confidence)
    documents: dict[str, float] = {}
    for one in ranked:
        documents[one.document] = one.confidence  # the last is the least
    least = np.sort(list(documents.values()))
    points, wrong = [], 0
    for count, one in enumerate(ranked, 1):
        wrong += not one.right
        if count == len(ranked) or ranked[count].confidence < one.confidence:
            whole = len(least) - int(np.searchsorted(least, one.confidence, "left"))
            points.append(Point(one.confidence, count / len(ranked), wrong / count, whole / len(least)))
    return points


def bearable(points: Sequence[Point], risk: float = BEARABLE) -> Point | None:
    """The threshold that releases most within the risk; None where even the surest values are wrong too often."""
    return max((one for one in points if one.risk <= risk), key=lambda one: one.coverage, default=None)


def thinned(points: Sequence[Point]) -> list[Point]:
    """Some points of a curve, the first and the last among them."""
    step = max(len(points) // _POINTS, 1)
    return [one for i, one in enumerate(points) if i % step == 0 or i == len(points) - 1]


def most_likely_wrong(wrong: int, released: int) -> float:
    """Upper 95 % bound (Wilson, one-sided) of the share of wrong values among more of the kind; 1 without any."""
    if not released:
        return 1.0
    z, p = 1.645, wrong / released
    middle = p + z * z / (2 * released)
    return (middle + z * sqrt(p * (1 - p) / released + z * z / (4 * released**2))) / (1 + z * z / released)
