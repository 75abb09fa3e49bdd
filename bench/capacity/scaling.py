"""How many workers a stage gets: scaling on consumer lag, as KEDA and the autoscaler behind it do.

Wanted is lag by `lag_per_worker`, rounded up. It is looked at every `polling` seconds; at most as many are added at
once as there are, or four; the most that was wanted within `stabilisation` seconds is kept; to zero only after
`cooldown` seconds without any lag. A new worker takes its time to start, and each change makes the group pause.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

from bench.capacity.load import LoadInvalid


@dataclass(frozen=True)
class Rule:
    """The settings of one stage; the times are those that KEDA and the autoscaler come with."""

    #: records
    lag_per_worker: float
    least: int
    most: int
    #: seconds until a new worker reads
    start: float
    polling: float = 30.0
    cooldown: float = 300.0
    stabilisation: float = 300.0

    def __post_init__(self) -> None:
        if not 0 <= self.least <= self.most or self.most < 1:
            raise LoadInvalid(
                f"scaling from {self.least} to {self.most} workers: give 0 or more, then at least as many."
            )
        if min(self.lag_per_worker, self.polling) <= 0 or min(self.start, self.cooldown, self.stabilisation) < 0:
            raise LoadInvalid("scaling: lag per worker and polling are more than 0, all other times 0 or more.")


@dataclass
class Scaler:
    """The workers of one stage over time."""

    rule: Rule
    #: at work
    ready: int
    #: when they will read -> how many, in order
    coming: list[tuple[float, int]] = field(default_factory=list)
    _wanted: deque[tuple[float, int]] = field(default_factory=deque)
    _last_lag: float = 0.0

    @property
    def all(self) -> int:
        """At work or starting."""
        return self.ready + sum(count for _, count in self.coming)

    def arrive(self, now: float) -> bool:
        """Let those in whose time has come; whether the number of readers changed."""
        before = self.ready
        while self.coming and self.coming[0][0] <= now:
            self.ready += self.coming.pop(0)[1]
        return self.ready != before

    def look(self, now: float, lag: float) -> bool:
        """One look at the lag; whether workers went away."""
        rule = self.rule
        if lag > 0:
            self._last_lag = now
        wanted = min(rule.most, max(rule.least, math.ceil(lag / rule.lag_per_worker)))
        if wanted == 0 and now - self._last_lag < rule.cooldown:
            wanted = min(1, self.all)
        self._wanted.append((now, wanted))
        while self._wanted[0][0] < now - rule.stabilisation:
            self._wanted.popleft()
        there = self.all
        if wanted > there:
            # From none to the first, then at most as many again as there are, or four.
            added = min(wanted - there, max(there, 4) if there else 1)
            self.coming.append((now + rule.start, added))
            return False
        return self._shrink(max(count for _, count in self._wanted), there)

    def _shrink(self, to: int, there: int) -> bool:
        before, gone = self.ready, max(0, there - to)
        while gone and self.coming:
            at, count = self.coming.pop()
            taken = min(gone, count)
            gone -= taken
            if count > taken:
                self.coming.append((at, count - taken))
        self.ready -= gone
        return self.ready != before
