"""Draws, for each life of each worker, the place where it is killed; the same seed draws the same places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from random import Random
from typing import get_args

from processors.fail_points import Point
from processors.pipeline import STAGES, stage

#: Points that a batch of records passes once.
_ONCE_A_BATCH = ("in_transaction", "committed")


class Reaper:
    """Each point of each stage gets its turn `rounds` times, in drawn order; then workers are left in peace."""

    def __init__(self, seed: int, rounds: int, spread: int) -> None:
        """Draw.

        Args:
            seed: of everything that is drawn
            rounds: how often each point of each stage kills
            spread: records after which a life ends at the latest
        """
        self._random = Random(seed)
        self._spread = spread
        self._left: dict[str, list[str]] = {row.name: [*get_args(Point)] * rounds for row in STAGES}
        for points in self._left.values():
            self._random.shuffle(points)
        #: "stage:point" -> how many lives were told to end there
        self.sentences: Counter[str] = Counter()

    def variables(self, name: str, slot: int) -> Mapping[str, str]:
        """For `Workers.each`: the environment of a new life."""
        if not self._left.get(name):
            return {}
        point = self._left[name].pop()
        most = self._spread
        if stage(name).batch > 1 and point in _ONCE_A_BATCH:
            most = max(1, self._spread // stage(name).batch)
        self.sentences[f"{name}:{point}"] += 1
        return {"CHANCERY_FAIL_POINTS": f"{name}:{point}:@{self._random.randint(1, most)}"}

    def left(self) -> int:
        """Kills that are still to come, the ones under way not counted."""
        return sum(map(len, self._left.values()))
