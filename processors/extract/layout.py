"""Rows of a page by geometry: what stands side by side, whatever order a text layer or an OCR block gives it.

A word of unknown place stands in no row, and is a hole in the running text: it is not known what belongs there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from processors.pages import Page

#: "Flight:3/25/20" is a label and a value; a clock time is cut too, which does no harm
_PIECE: Final = re.compile(r"[^:]+:*|:+")
#: a gap wider than this many line heights separates columns
COLUMN_GAP: Final = 1.6
#: what a word of unknown place is in running text; no label, phrase or pattern has this character
HOLE: Final = "\ufffc"
#: points; about the height of small print
_BAND: Final = 6.0


@dataclass(frozen=True, slots=True)
class Token:
    """A word, or the part of a word before or after a colon."""

    text: str
    #: index of the word on the page
    word: int
    x0: float
    y0: float
    x1: float
    y1: float
    #: no blank before it
    glued: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """Tokens side by side, from left to right."""

    tokens: tuple[Token, ...]
    #: top and bottom, by the median token
    top: float
    bottom: float

    @property
    def height(self) -> float:
        """The height of the row's text, at least a point."""
        return max(self.bottom - self.top, 1.0)


def rows(page: Page) -> list[Row]:
    """The page's rows, from top to bottom.

    A word joins the row whose last word it overlaps most: rows of a skewed scan are followed word by word.
    """
    chains: list[list[Token]] = []
    # chains by the heights at which their last words stand (or stood): only those few are compared
    bands: dict[int, set[int]] = {}
    placed = (token for token in _tokens(page) if page.words[token.word].placed)
    for token in sorted(placed, key=lambda t: (t.x0, t.y0)):
        across = range(int(token.y0 // _BAND), int(token.y1 // _BAND) + 1)
        best, most = None, 0.4
        for number in sorted(set().union(*(bands.get(band, ()) for band in across))):
            last = chains[number][-1]
            # by the smaller of the two, or a dash would end its row
            smaller = max(min(token.y1 - token.y0, last.y1 - last.y0), 0.5)
            shared = (min(token.y1, last.y1) - max(token.y0, last.y0)) / smaller
            if shared > most and token.x0 >= last.x0:
                best, most = number, shared
        if best is None:
            best = len(chains)
            chains.append([])
        chains[best].append(token)
        for band in across:
            bands.setdefault(band, set()).add(best)
    made = [Row(tuple(c), median(t.y0 for t in c), median(t.y1 for t in c)) for c in chains]
    return sorted(made, key=lambda row: (row.top, row.tokens[0].x0))


def reading_order(page: Page) -> list[list[Token]]:
    """The lines as recognition gave them: better for running text in columns, worse for tables and forms."""
    lines: dict[int, list[Token]] = {}
    for token in _tokens(page):
        lines.setdefault(page.words[token.word].line, []).append(token)
    return list(lines.values())


def _tokens(page: Page) -> Iterable[Token]:
    for index, word in enumerate(page.words):
        x0, y0, x1, y1 = word.box
        if not word.placed:
            yield Token(HOLE, index, x0, y0, x1, y1)
            continue
        step = (x1 - x0) / max(len(word.text), 1)
        for piece in _PIECE.finditer(word.text):
            start, end = piece.span()
            yield Token(piece[0], index, x0 + start * step, y0, x0 + end * step, y1, glued=start > 0)


def segment(tokens: Sequence[Token], height: float) -> tuple[Token, ...]:
    """The tokens up to the first gap that separates columns."""
    for i in range(1, len(tokens)):
        if tokens[i].x0 - tokens[i - 1].x1 > COLUMN_GAP * height:
            return tuple(tokens[:i])
    return tuple(tokens)


@dataclass(frozen=True)
class Run:
    """Tokens in order and the text they make, so that a match in the text leads back to the words."""

    text: str
    #: start of each token in the text
    starts: tuple[int, ...]
    tokens: tuple[Token, ...]

    @classmethod
    def of(cls, *lines: Sequence[Token]) -> Run:
        """Join lines by line ends and their tokens by spaces, glued ones without."""
        text, starts = "", []
        for line in filter(None, lines):
            text += "\n" if text else ""
            for nth, token in enumerate(line):
                text += "" if token.glued or not nth else " "
                starts.append(len(text))
                text += token.text
        return cls(text, tuple(starts), tuple(token for line in lines for token in line))

    def words(self, start: int, end: int) -> tuple[int, ...]:
        """The page's words under text[start:end]."""
        places = zip(self.starts, self.tokens, strict=True)
        return tuple(dict.fromkeys(t.word for s, t in places if s < end and s + len(t.text) > start))
