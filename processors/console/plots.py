"""Plots as shapes in a coordinate system of their own; templates draw them as SVG, with classes for colours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from processors.console.judged import Judged
from processors.record.states import State

#: From the bottom of a bar to its top.
STACK = (State.RESULT, State.REVIEW, State.QUARANTINED, State.DEAD_LETTER)
WIDTH, HEIGHT = 640.0, 200.0
#: The calibration plot is a square.
SIDE = 240.0


@dataclass(frozen=True)
class Part:
    """A part of a bar."""

    x: float
    y: float
    width: float
    height: float
    state: str


@dataclass(frozen=True)
class Bars:
    """Days from left to right."""

    parts: tuple[Part, ...]
    #: where a line is drawn, and what it says
    ticks: tuple[tuple[float, int], ...]
    #: middle of a bar, and the day beside it: the first of a few
    labels: tuple[tuple[float, str], ...]


@dataclass(frozen=True)
class Dot:
    """Values of about one confidence."""

    x: float
    y: float
    radius: float
    #: mean confidence, share that was confirmed, how many
    confidence: float
    confirmed: float
    values: int


def every_day(since: date, until: date) -> tuple[str, ...]:
    """The days, both included."""
    return tuple(str(since + timedelta(days=n)) for n in range((until - since).days + 1))


def bars(days: Sequence[str], counts: Mapping[tuple[str, State], int]) -> Bars:
    """A bar a day, its states one upon the other."""
    most = max((sum(counts.get((day, state), 0) for state in STACK) for day in days), default=0)
    top = _round_up(most)
    slot = WIDTH / max(len(days), 1)
    parts = []
    for number, day in enumerate(days):
        y = HEIGHT
        for state in STACK:
            height = HEIGHT * counts.get((day, state), 0) / top
            y -= height
            if height:
                x, width = number * slot + slot * 0.12, slot * 0.76
                parts.append(Part(round(x, 2), round(y, 2), round(width, 2), round(height, 2), state.value))
    step = max(len(days) // 6, 1)
    labels = [(round((n + 0.5) * slot, 2), days[n][5:]) for n in range(0, len(days), step)]
    ticks = [(round(HEIGHT - HEIGHT * share, 2), round(top * share)) for share in (0, 0.5, 1)]
    return Bars(tuple(parts), tuple(ticks), tuple(labels))


def dots(judged: Judged) -> tuple[Dot, ...]:
    """A dot for each tenth of confidence of which there are values; its area tells how many."""
    most = max((values for values, _, _ in judged.bins), default=0) or 1
    found = []
    for values, confirmed, total in judged.bins:
        if values:
            mean, share = total / values, confirmed / values
            radius = round(3 + 9 * (values / most) ** 0.5, 2)
            found.append(Dot(round(SIDE * mean, 2), round(SIDE * (1 - share), 2), radius, mean, share, int(values)))
    return tuple(found)


def error_of(judged: Judged) -> float | None:
    """Expected calibration error: how far confidence and share of confirmed values are apart, by values."""
    values = sum(one[0] for one in judged.bins)
    return sum(abs(total - confirmed) for _, confirmed, total in judged.bins) / values if values else None


def _round_up(number: int) -> int:
    """The next of 2, 4, 6, 8, 10, 20, 40, …: so that half of it is a number, too."""
    size = 1
    while True:
        for top in (2, 4, 6, 8, 10):
            if number <= top * size:
                return top * size
        size *= 10
