"""What a field's raw beliefs are worth: a curve on log odds, from values that are known to be right or wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.stats import mannwhitneyu

from processors.extract.confidence import UNMEASURED, Curve, logit

#: below this a curve would be chance
FEWEST = 8
#: How strongly a curve is held to the belief itself (slope 1, bias 0), as a penalty on log likelihood. Fusion's
#: beliefs are probabilities already; so a field departs from them only as far as many values ask for it.
HELD = 30.0
#: With so many wrong values a field's beliefs must rank right ones higher, by more than chance (Mann and Whitney's
#: test, one-sided), or they count as saying nothing.
_ENOUGH_WRONG = 8
_CHANCE = 0.1
#: never flat or falling: the order of beliefs stays
_SLOPES = (0.05, 5.0)
_BIASES = (-6.0, 6.0)


def curve(values: Sequence[tuple[float, bool]]) -> Curve:
    """The curve of a field.

    Args:
        values: raw belief, and whether the value was right; from documents new to whatever believes

    Returns:
        Platt's scaling, shrunk towards leaving beliefs as they are. Where beliefs carry no signal it is flat, and
        so low that a person looks at every value.
    """
    if not _signal(values):
        share = sum(right for _, right in values) / len(values)
        return Curve(0.0, round(logit(min(share, UNMEASURED)), 4), len(values))
    odds = np.array([logit(belief) for belief, _ in values])
    right = np.array([float(one) for _, one in values])

    def cost(line: Any) -> float:
        slope, bias = line
        at = slope * odds + bias
        return float((np.logaddexp(0, at) - right * at).sum() + HELD * ((slope - 1) ** 2 + bias**2))

    slope, bias = minimize(cost, (1.0, 0.0), bounds=(_SLOPES, _BIASES)).x
    return Curve(round(float(slope), 4), round(float(bias), 4), len(values))


def _signal(values: Sequence[tuple[float, bool]]) -> bool:
    """Whether beliefs tell right from wrong, as far as there are enough wrong ones to say so."""
    right = [belief for belief, good in values if good]
    wrong = [belief for belief, good in values if not good]
    if len(wrong) < _ENOUGH_WRONG:
        return True
    return bool(right) and bool(mannwhitneyu(right, wrong, alternative="greater").pvalue < _CHANCE)
