"""From time to place: linear, but for long stretches in which nobody worked, which are cut short and marked.

A document that waits three hours for ten seconds of work would otherwise be a picture of three hours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from processors.telemetry.waterfall.lasting import lasted, step
from processors.telemetry.waterfall.way import Run

_NS = 1_000_000_000
#: A stretch is cut where it is so many times longer than all the work together, and no shorter than a second.
_MUCH = 3
#: places that a cut takes, and that a tick needs
CUT, _TICK = 56.0, 78.0


@dataclass(frozen=True)
class Stretch:
    """A piece of the axis."""

    begun: int
    ended: int
    #: places
    left: float
    right: float
    is_cut: bool


@dataclass(frozen=True)
class Tick:
    """A mark on the axis."""

    place: float
    label: str


class Scale:
    """The axis of one run, `width` wide."""

    def __init__(self, run: Run, width: float) -> None:
        self.stretches = tuple(_stretches(run, width))

    def place(self, moment: int) -> float:
        """Where a moment is, from the left."""
        for stretch in self.stretches:
            if moment <= stretch.ended:
                inside = max(0, moment - stretch.begun) / max(1, stretch.ended - stretch.begun)
                return stretch.left + inside * (stretch.right - stretch.left)
        return self.stretches[-1].right

    def ticks(self) -> Sequence[Tick]:
        """Marks, counted from the begin, and anew after each cut."""
        found = []
        for stretch in self.stretches:
            if stretch.is_cut:
                continue
            long, wide = stretch.ended - stretch.begun, stretch.right - stretch.left
            every = step(long / max(1.0, wide / _TICK))
            for n in range(long // every + 1):
                place = self.place(stretch.begun + n * every)
                if place <= stretch.right - _TICK / 3 or not n:
                    found.append(Tick(place, _label(n * every, again=stretch is not self.stretches[0])))
        return found


def _label(ns: int, *, again: bool) -> str:
    # Beside a cut stands how long it is.
    return lasted(ns) if not again else f"+{lasted(ns)}" if ns else ""


def _stretches(run: Run, width: float) -> Sequence[Stretch]:
    worked = sorted((piece.begun, piece.committed) for piece in run.pieces if not piece.lost)
    least = max(_NS, _MUCH * run.worked)
    cuts, reached = [], run.begun
    for begun, ended in worked:
        if begun - reached > least:
            cuts.append((reached, begun))
        reached = max(reached, ended)
    cut_time = sum(ended - begun for begun, ended in cuts)
    total = max(1, run.ended - run.begun - cut_time)
    per_ns = (width - CUT * len(cuts)) / total
    stretches: list[Stretch] = []
    at, place = run.begun, 0.0
    for begun, ended in [*cuts, (run.ended, run.ended)]:
        right = place + (begun - at) * per_ns
        if begun > at or not stretches:
            stretches.append(Stretch(at, begun, place, right, is_cut=False))
        if ended > begun:
            stretches.append(Stretch(begun, ended, right, right + CUT, is_cut=True))
            right += CUT
        at, place = ended, right
    return stretches
