"""How a day's documents come in: office hours, a burst, long documents, and what is reprocessed meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bench.capacity.load import DAY_SECONDS, Load, LoadInvalid, positive, within

Floats = npt.NDArray[np.float64]
HOUR = 3600
#: The middle of the office hours, in seconds of the day.
_NOON = 13 * HOUR
#: Office hours are so long at most; a higher peak makes them shorter.
_LONGEST_HOURS = 12.0


@dataclass(frozen=True)
class Scenario:
    """What happens in the day that is simulated."""

    #: documents come in so many times faster than on average, on top of the ordinary ones
    burst: float = 10.0
    burst_minutes: float = 3.0
    #: hour of the day
    burst_at: float = 11.0
    #: documents of so many pages that one agency sends with the burst
    long_documents: int = 10
    long_pages: int = 2000
    #: documents sent again, and the hour in which that begins
    reprocessed: int = 1_000_000
    reprocessed_at: float = 9.0
    #: how many of them a second
    reprocessed_rate: float = 50.0

    def __post_init__(self) -> None:
        within("--burst", self.burst, 0.0, 1000.0)
        within("--burst-minutes", self.burst_minutes, 0.0, 600.0)
        within("--burst-at", self.burst_at, 0.0, 24.0)
        within("--long-pages", self.long_pages, 1.0, 100_000.0)
        if self.long_documents < 0 or self.reprocessed < 0:
            raise LoadInvalid("--long-documents and --reprocess are counts: give 0 or more.")
        positive("--reprocess-rate", self.reprocessed_rate, "documents a second")
        within("--reprocess-at", self.reprocessed_at, 0.0, 24.0)

    @property
    def burst_begins(self) -> float:
        """Seconds of the day."""
        return self.burst_at * HOUR

    @property
    def burst_ends(self) -> float:
        """Seconds of the day."""
        return self.burst_begins + self.burst_minutes * 60


def office(at: Floats, peak: float) -> Floats:
    """The day's curve, as multiples of its average: a hill around noon that is `peak` high, and a level night."""
    hours = min(_LONGEST_HOURS, 48.0 / peak)
    away = np.abs(at % DAY_SECONDS - _NOON) / (hours * HOUR / 2)
    hill = np.where(away < 1.0, np.cos(np.clip(away, 0, 1) * np.pi / 2) ** 2, 0.0)
    share = hours / 48.0  # the mean of cos² over the hours, by the day
    night = (1.0 - peak * share) / (1.0 - share)
    return night + (peak - night) * hill


def live(at: Floats, load: Load, scenario: Scenario, step: float = 1.0) -> Floats:
    """Documents a second in the steps that begin at these seconds of the day, the burst included."""
    bursting = _share(at, step, scenario.burst_begins, scenario.burst_ends)
    return load.documents_per_second * (office(at, load.peak) + scenario.burst * bursting)


def again(at: Floats, scenario: Scenario, step: float = 1.0) -> Floats:
    """Documents a second that are sent again, in the same steps."""
    begins = scenario.reprocessed_at * HOUR
    ends = begins + scenario.reprocessed / scenario.reprocessed_rate
    return scenario.reprocessed_rate * _share(at, step, begins, ends)


def _share(at: Floats, step: float, begins: float, ends: float) -> Floats:
    """Of each step, the share that lies between two times: a step may be longer than what happens in it."""
    within_step: Floats = np.minimum(at + step, ends) - np.maximum(at, begins)
    return np.clip(within_step, 0.0, None) / step
