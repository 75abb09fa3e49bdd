"""Quantiles of durations in little memory: bins that grow by 2 %, so that a quantile is off by 1 % at most."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field

_GROWTH = math.log(1.02)
#: seconds; what is shorter counts as this
_LEAST = 0.001


@dataclass
class Spread:
    """Durations in seconds."""

    bins: Counter[int] = field(default_factory=Counter)

    def add(self, seconds: float) -> None:
        """Count one; clocks of two machines may make a duration negative."""
        self.bins[round(math.log(max(seconds, _LEAST)) / _GROWTH)] += 1

    @property
    def many(self) -> int:
        """How many were counted."""
        return self.bins.total()

    def quantile(self, share: float) -> float | None:
        """What so large a share was not longer than (the nearest rank), in seconds; None of nothing."""
        rank, passed = math.ceil(share * self.many), 0
        for place in sorted(self.bins):
            passed += self.bins[place]
            if passed >= max(rank, 1):
                return float(f"{math.exp(place * _GROWTH):.3g}")
        return None

    def plus(self, other: Spread) -> Spread:
        """Both."""
        return Spread(self.bins + other.bins)
