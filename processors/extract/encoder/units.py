"""Pages as the encoder sees them: units in the order of the printed rows, each with its place on the page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from processors.extract import layout
from processors.pages import Page

#: two values in one word, such as "03/31/20-04/06/20": each part is a unit
_PAIR: Final = re.compile(r"(?<=\d)(?=[-–]\d{1,2}/)")  # noqa: RUF001
#: places are told apart by so many steps across a page; 0 is "nowhere", for text without layout
STEPS: Final = 127
#: heights of print are told apart by so many steps of a quarter of the page's median height
HEIGHTS: Final = 15
#: what stands between rows and between columns: signs that the frozen layers know as separators
ROW, COLUMN = ";", "|"
#: column numbers of a unit's layout: left, top, right, bottom, height
PLACES: Final = 5
Layout = tuple[int, int, int, int, int]
NOWHERE: Final[Layout] = (0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Unit:
    """A word or the part of one, or a separator that stands on no page."""

    text: str
    #: index of the word on the page; -1 for a separator
    word: int
    layout: Layout
    #: no blank before it
    glued: bool = False


def units(page: Page) -> Iterator[Unit]:
    """The page's units, row by row; a separator between rows and before a column."""
    rows = layout.rows(page)
    heights = sorted(token.y1 - token.y0 for row in rows for token in row.tokens)
    usual = max(heights[len(heights) // 2], 1.0) if heights else 1.0
    flat = page.engine == "plain"  # text that was never on paper: where it "stands" means nothing
    for row in rows:
        before: layout.Token | None = None
        for token in row.tokens:
            place = NOWHERE if flat else _place(token, page, usual)
            if before and token.x0 - before.x1 > layout.COLUMN_GAP * row.height:
                yield Unit(COLUMN, -1, place)
            for nth, part in enumerate(_PAIR.split(token.text)):
                yield Unit(part.lstrip("-–") if nth else part, token.word, place, token.glued or nth > 0)  # noqa: RUF001
            before = token
        if before:
            yield Unit(ROW, -1, NOWHERE if flat else _place(before, page, usual))


def _place(token: layout.Token, page: Page, usual: float) -> Layout:
    def step(at: float, size: float) -> int:
        return 1 + min(max(int(STEPS * at / max(size, 1.0)), 0), STEPS - 1)

    height = 1 + min(int(4 * (token.y1 - token.y0) / usual), HEIGHTS - 1)
    across, down = page.width, page.height
    return step(token.x0, across), step(token.y0, down), step(token.x1, across), step(token.y1, down), height


def text_of(some: Sequence[Unit]) -> str:
    """The printed text of neighbouring units; separators are white space."""
    return spelled(some)[0]


def spelled(some: Sequence[Unit]) -> tuple[str, list[int]]:
    """The printed text of neighbouring units, and where in it each begins; -1 for a separator: white space."""
    text, starts = "", []
    for unit in some:
        if unit.word < 0:
            text += "\n" if unit.text == ROW else " "
            starts.append(-1)
            continue
        text += "" if unit.glued or not text or text[-1].isspace() else " "
        starts.append(len(text))
        text += unit.text
    return text, starts
