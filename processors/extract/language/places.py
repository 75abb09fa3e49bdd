"""Which of several places a value comes from: the one by its label, or by the value before it."""

from __future__ import annotations

from functools import cached_property
from math import inf
from typing import Final

from processors.extract import anchors, layout
from processors.extract.language.grammar import numeral
from processors.extract.language.shape import Leaf
from processors.extract.language.windows import Place, Window
from processors.pages import Box, Page

#: a step down counts as much as so many to the right: a value stands rather beside its label than far below
_DOWN: Final = 3.0
#: what stands left of its label or above it is hardly its value
_BACK: Final = 6.0


class Placing:
    """Finds the places of an answer's values, one after the other."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._taken: set[Place] = set()
        self._last: Place | None = None

    def choose(self, text: str, leaf: Leaf) -> Place | None:
        """Where the value stands; None if it stands nowhere in the window.

        Of several places that which is nearest to one of the field's labels; without labels the first behind the
        value before, since lists are read in order; a place that is taken already only where there is no other.
        """
        found = self._places(text, leaf)
        free = [place for place in found if place not in self._taken] or found
        if not free:
            return None
        behind = self._last.start if self._last else -1
        best = (
            min(free, key=lambda p: (self._distance(p, leaf), p.start < behind, p.start))
            if len(free) > 1
            else free[0]
        )
        self._taken.add(best)
        self._last = best
        return best

    def _places(self, text: str, leaf: Leaf) -> list[Place]:
        found = self._window.places(text)
        if not found and leaf.kind in ("number", "integer"):
            # 1200.5 stands there as "1,200.50"
            numbers = ((chunk, numeral(chunk)) for chunk in dict.fromkeys(self._window.chunks))
            spelled = [chunk for chunk, number in numbers if number and float(number) == float(text)]
            found = [place for chunk in spelled for place in self._window.places(chunk)]
        return found

    def _distance(self, place: Place, leaf: Leaf) -> float:
        """From the nearest label of the field on that page, in points; all are equal without one."""
        page = self._pages[place.page]
        box = page.words[place.words[0]].box
        return min((_from_label(label, box) for label in self._labels(page, leaf.labels)), default=inf)

    def _labels(self, page: Page, labels: tuple[str, ...]) -> list[Box]:
        if not labels:
            return []
        rows = self._rows.setdefault(page.number, layout.rows(page))
        found = []
        for anchor in anchors.find(rows, anchors.Wordings(labels)):
            first, last = (rows[anchor.row].tokens[i] for i in (anchor.first, anchor.last))
            found.append((first.x0, first.y0, last.x1, last.y1))
        return found

    @cached_property
    def _pages(self) -> dict[int, Page]:
        return {part.page.number: part.page for part in self._window.parts}

    @cached_property
    def _rows(self) -> dict[int, list[layout.Row]]:
        return {}


def _from_label(label: Box, value: Box) -> float:
    """How far a value is from its label: to the right is near, below is further, left and above is far."""
    right, down = value[0] - label[2], value[1] - label[1]
    height = max(label[3] - label[1], 1.0)
    if abs(down) < height * 0.7:
        return right if right > -height else -right * _BACK
    across = abs(value[0] - label[0])
    return (down * _DOWN if down > 0 else -down * _BACK) + across
