"""GPUs that answer documents' questions, first in, first out, and of which there may be none for a while."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import simpy

from bench.capacity.scaling import Scaler
from bench.capacity.site import Gpus

#: seconds after which one that waits for the first GPU looks again
_AGAIN = 1.0


class Pool:
    """The GPUs of a site. They batch what is asked at once, so together they are one line with one speed."""

    def __init__(self, env: simpy.Environment, gpus: Gpus) -> None:
        self._env, self._gpus = env, gpus
        self.scaler = Scaler(gpus.rule, 0)
        self._free = 0.0

    def scale(self, look: bool, lag: float) -> None:
        """Let new ones in, and look at the lag of the stage that asks where it is time."""
        self.scaler.arrive(self._env.now)
        if look:
            self.scaler.look(self._env.now, lag)

    def answers(self, documents: int) -> Generator[simpy.Event, Any, None]:
        """Wait until so many documents' questions have passed the line."""
        while not self.scaler.ready:
            yield self._env.timeout(_AGAIN)
        begins = max(self._free, self._env.now)
        self._free = begins + documents / (self._gpus.rate * self.scaler.ready)
        yield self._env.timeout(self._free - self._env.now)
