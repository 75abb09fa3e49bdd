"""How sure a figure is: percentile bootstrap over documents, the unit that was drawn; always from the same seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from processors.forge.evaluation.confidence import Belief, auroc
from processors.forge.evaluation.scoring.counts import Counts

ROUNDS = 2_000
SEED = 20
_TAILS = (2.5, 97.5)


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float

    def to_json(self) -> dict[str, float]:
        """Rounded, for a file."""
        return {"value": round(self.value, 4), "low": round(self.low, 4), "high": round(self.high, 4)}

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


def f1(documents: Sequence[Counts]) -> Estimate | None:
    """Micro-F1 over documents; None without any."""
    if not documents:
        return None
    drawn = _f1(_array(documents), _weights(len(documents)))
    return _estimate(_f1(_array(documents), np.ones((1, len(documents))))[0], drawn)


def f1_difference(ours: Sequence[Counts], theirs: Sequence[Counts]) -> Estimate | None:
    """Micro-F1 of one model less that of another on the same documents, in the same order: a paired bootstrap.

    Raises:
        ValueError: the two did not read the same number of documents.
    """
    if len(ours) != len(theirs):
        raise ValueError(f"{len(ours)} documents of one model, {len(theirs)} of the other")
    if not ours:
        return None
    weights, once = _weights(len(ours)), np.ones((1, len(ours)))
    a, b = _array(ours), _array(theirs)
    return _estimate((_f1(a, once) - _f1(b, once))[0], _f1(a, weights) - _f1(b, weights))


def share(hits: Sequence[bool]) -> Estimate | None:
    """The share of documents of which something holds."""
    if not hits:
        return None
    array = np.array(hits, float)
    return _estimate(float(array.mean()), _weights(len(hits)) @ array / len(hits))


def mean(numbers: Sequence[float]) -> Estimate | None:
    """The mean over documents."""
    if not numbers:
        return None
    array = np.array(numbers, float)
    return _estimate(float(array.mean()), _weights(len(numbers)) @ array / len(numbers))


def order(beliefs: Sequence[Belief]) -> Estimate | None:
    """AUROC over documents; None where all values are right, or all wrong."""
    value = auroc(beliefs)
    if value is None:
        return None
    places = np.unique([one.document for one in beliefs], return_inverse=True)[1]
    level = np.unique([one.confidence for one in beliefs], return_inverse=True)[1]
    right = np.array([one.right for one in beliefs])
    drawn = []
    for weights in _weights(int(places.max()) + 1):
        mine = weights[places]
        good, bad = np.bincount(level, mine * right), np.bincount(level, mine * ~right)
        pairs = good.sum() * bad.sum()
        if pairs:
            drawn.append(float((good * (np.cumsum(bad) - bad / 2)).sum() / pairs))
    return _estimate(value, np.array(drawn)) if drawn else None


def _weights(count: int) -> NDArray[np.float64]:
    """How often each document is drawn, shape (ROUNDS, count)."""
    drawn = np.random.default_rng(SEED).multinomial(count, np.full(count, 1 / count), ROUNDS)
    return drawn.astype(np.float64)


def _array(documents: Sequence[Counts]) -> NDArray[np.float64]:
    return np.array([(one.right, one.read + one.labelled) for one in documents], float)


def _f1(counts: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    sums = weights @ counts
    scores: NDArray[np.float64] = np.divide(
        2 * sums[:, 0], sums[:, 1], out=np.zeros(len(sums)), where=sums[:, 1] > 0
    )
    return scores


def _estimate(value: float, drawn: NDArray[np.float64]) -> Estimate:
    low, high = np.percentile(drawn, _TAILS)
    return Estimate(float(value), float(low), float(high))
