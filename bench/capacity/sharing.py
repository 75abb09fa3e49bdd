"""One stage as a fluid: what its workers get done in a step, with lanes, and each partition read by one worker."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bench.capacity.curve import Floats
from bench.capacity.stages import Costed
from processors.adapters.kafka_lanes import SMALLER

#: Batches of faster lanes after which a slower one has its turn: `_PATIENCE` of the lanes' rule.
PATIENCE = 8


class Queues:
    """What waits before one stage, in documents: lane by lane, partition by partition."""

    def __init__(self, stage: Costed, partitions: Sequence[int], busy: Sequence[float]) -> None:
        """Begin with nothing.

        Args:
            stage: its batch sizes
            partitions: of each lane's topic, the most urgent first
            busy: seconds of a worker that a document of each lane takes
        """
        self.waiting: list[Floats] = [np.zeros(count) for count in partitions]
        self._busy = busy
        self._owners: list[np.ndarray] = []
        self._workers = -1
        fast, slow = stage.batch * busy[0], max(1, stage.batch // SMALLER) * busy[-1]
        #: share of a worker's time that the slow lanes get while all have work
        self.turn = slow / (PATIENCE * fast + slow)

    def put(self, lane: int, documents: float) -> None:
        """Spread documents over a lane's partitions evenly."""
        if documents:
            self.waiting[lane] += documents / len(self.waiting[lane])

    def lag(self) -> float:
        """Documents that wait in all lanes."""
        return float(sum(one.sum() for one in self.waiting))

    def serve(self, workers: int, seconds: float, most: float = np.inf) -> tuple[list[float], float]:
        """Work for some seconds.

        Args:
            workers: at work
            seconds: of each
            most: documents at most, all lanes together

        Returns:
            documents done by lane, and seconds of work that this took
        """
        if not workers or not seconds:
            return [0.0] * len(self.waiting), 0.0
        if workers != self._workers:
            self._workers = workers
            self._owners = [np.arange(len(one)) % workers for one in self.waiting]
        works: list[Floats] = [
            np.asarray(np.bincount(owner, weights=one, minlength=workers) * busy, dtype=np.float64)
            for owner, one, busy in zip(self._owners, self.waiting, self._busy, strict=True)
        ]
        served = _shares(works, seconds, self.turn)
        done = [float(one.sum()) / busy for one, busy in zip(served, self._busy, strict=True)]
        if (all_done := sum(done)) > most:
            served = [one * (most / all_done) for one in served]
            done = [one * (most / all_done) for one in done]
        for lane, (work, got) in enumerate(zip(works, served, strict=True)):
            if done[lane]:
                left = 1.0 - np.divide(got, work, out=np.zeros_like(got), where=work > 0)
                self.waiting[lane] *= left[self._owners[lane]]
        return done, float(sum(one.sum() for one in served))


def _shares(works: Sequence[Floats], seconds: float, turn: float) -> list[Floats]:
    """Seconds that each worker gives to each lane: the first before the others, which have their turn."""
    first, *slower = works
    waits = sum(slower) > 0
    served = [np.minimum(first, np.where(waits, seconds * (1.0 - turn), seconds))]
    left = seconds - served[0]
    for work in slower:
        served.append(np.minimum(work, left))
        left = left - served[-1]
    served[0] = served[0] + np.minimum(first - served[0], left)
    return served
