"""So many documents a second, and no more: what is written faster than it is worked off only makes lines longer."""

from __future__ import annotations

import time
from collections.abc import Callable

from processors.batch.reprocess.errors import ReprocessError

#: Documents of one transaction at most.
MOST = 100


class Pace:
    """Holds a rate from its first step on."""

    def __init__(
        self,
        rate: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Hold a rate.

        Args:
            rate: documents a second
            clock: seconds
            sleep: waits for so many seconds

        Raises:
            ReprocessError: the rate is none.
        """
        if not rate > 0:
            raise ReprocessError(f"{rate:g} documents a second is no rate: it must be more than 0.")
        self._rate, self._clock, self._sleep = rate, clock, sleep
        self._due: float | None = None

    @property
    def at_once(self) -> int:
        """Documents of one transaction: about those of a second."""
        return max(1, min(MOST, round(self._rate)))

    def take(self, documents: int) -> None:
        """Wait until so many documents may go out."""
        now = self._clock()
        if self._due is not None and self._due > now:
            self._sleep(self._due - now)
        # What a slow server held up is not caught up on: that would be a burst.
        self._due = max(now, self._due or now) + documents / self._rate
