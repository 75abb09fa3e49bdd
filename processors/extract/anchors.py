"""Where printed labels stand on a page: fuzzy, since OCR reads "Registration No." as "Registrati0n N0,"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from processors.extract.layout import Row

#: below this two wordings are different; short labels must be nearly exact, or "Date" is found in "Rate"
SIMILAR: Final = 0.82
_DROP: Final = re.compile(r"[^\w#$]+|_+")


@dataclass(frozen=True)
class Anchor:
    """A label on a row: tokens first..last, counted from 0, both included."""

    row: int
    first: int
    last: int
    #: 0 to 1
    similarity: float
    #: index of the wording among those that were looked for
    wording: int


@lru_cache(maxsize=4096)
def squeeze(text: str) -> str:
    """Letters, digits, # and $ only, in lower case: blanks are what OCR gets wrong most."""
    return _DROP.sub("", text).lower()


def find(rows: Sequence[Row], wordings: Sequence[str]) -> list[Anchor]:
    """All places where one of the wordings stands; of overlapping places only the best, longer ones first."""
    wanted = [(squeeze(w), len(w.split())) for w in wordings]
    found = []
    for number, row in enumerate(rows):
        squeezed = [squeeze(token.text) for token in row.tokens]
        for wording, (text, count) in enumerate(wanted):
            found += _on_row(number, squeezed, wording, text, count)
    found.sort(key=lambda a: (-a.similarity * len(wanted[a.wording][0]), a.row, a.first))
    taken: set[tuple[int, int]] = set()
    kept = []
    for anchor in found:
        places = {(anchor.row, i) for i in range(anchor.first, anchor.last + 1)}
        if not places & taken:
            taken |= places
            kept.append(anchor)
    return kept


def _on_row(number: int, squeezed: Sequence[str], wording: int, text: str, count: int) -> list[Anchor]:
    found = []
    for first in range(len(squeezed)):
        if not squeezed[first]:
            continue
        best, best_last = 0.0, first
        for last in range(first, min(first + count + 2, len(squeezed))):
            candidate = "".join(squeezed[first : last + 1])
            if squeezed[last] and (score := similarity(candidate, text)) > best:
                best, best_last = score, last
        if best >= (SIMILAR if len(text) > 6 else 0.95):
            found.append(Anchor(number, first, best_last, best, wording))
    return found


def stands_alone(anchor: Anchor, rows: Sequence[Row]) -> bool:
    """Whether the label begins a cell: in "filed by the registrant" the word is no label. "1." may stand before."""
    row = rows[anchor.row]
    first = anchor.first
    while first and not squeeze(row.tokens[first - 1].text).strip("0123456789"):
        first -= 1
    if first == 0:
        return True
    before = row.tokens[first - 1]
    return before.text.endswith(":") or row.tokens[first].x0 - before.x1 > 0.8 * row.height


@lru_cache(maxsize=65536)
def similarity(a: str, b: str) -> float:
    """0 to 1; 0 at once where the lengths are too different to be similar."""
    if a == b:
        return 1.0
    if 2 * min(len(a), len(b)) < SIMILAR * (len(a) + len(b)):
        return 0.0
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= SIMILAR else 0.0
