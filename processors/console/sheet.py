"""One page as it is drawn: its words and the proofs that stand on it, in PDF points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from processors.console.ends import Value
from processors.events import Evidence
from processors.pages import Box, Page

#: A word below this is marked: Tesseract is wrong about every third of them.
UNSURE = 0.6
#: Points around a proof, so that its frame does not touch the letters.
_AIR = 1.5


@dataclass(frozen=True)
class Frame:
    """A rectangle in points."""

    x: float
    y: float
    width: float
    height: float

    @classmethod
    def around(cls, box: Box, air: float = 0.0) -> Frame:
        """The box with some air."""
        x0, y0, x1, y1 = box
        return cls(round(x0 - air, 2), round(y0 - air, 2), round(x1 - x0 + 2 * air, 2), round(y1 - y0 + 2 * air, 2))


@dataclass(frozen=True)
class Mark:
    """A value's place on the page."""

    #: of the value among all of the run, from 0: ties it to its row
    number: int
    value: Value
    frames: tuple[Frame, ...]

    @property
    def proof(self) -> Evidence:
        """Of the value."""
        assert self.value.proof is not None
        return self.value.proof


@dataclass(frozen=True)
class WordFrame:
    """A word's place."""

    frame: Frame
    unsure: bool


def marks(values: Sequence[Value], page: int) -> tuple[Mark, ...]:
    """The values that are proven on this page."""
    return tuple(
        Mark(number, value, tuple(Frame.around(box, _AIR) for box in value.proof.boxes))
        for number, value in enumerate(values)
        if value.proof is not None and value.proof.page == page and value.proof.boxes
    )


def words(page: Page) -> tuple[WordFrame, ...]:
    """The words whose place is known."""
    return tuple(WordFrame(Frame.around(word.box), word.confidence < UNSURE) for word in page.words if word.placed)


def first_page(values: Sequence[Value]) -> int:
    """The page to begin with: that with most proofs, the first of several; page 1 without any."""
    proven = [value.proof.page for value in values if value.proof and value.proof.page and value.proof.boxes]
    return max(sorted(set(proven)), key=proven.count) if proven else 1
