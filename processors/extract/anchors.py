"""Where printed labels stand on a page: fuzzy, since OCR reads "Registration No." as "Registrati0n N0,"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from processors.extract.layout import Row, Token

#: below this two wordings are different; short labels must be nearly exact, or "Date" is found in "Rate"
SIMILAR: Final = 0.82
_SHORT, _SHORT_SIMILAR = 6, 0.95
#: OCR may split a label into so many words more than it has
_SPLIT: Final = 2
#: how many texts a type remembers: those of some hundred pages
_KNOWN: Final = 50_000
#: of two words at the same place in a label: "Unit" is no misread "No.", "Jaime" no misread "Name"
_WORD_SIMILAR, _SHORT_WORD_SIMILAR, _SHORT_WORD = 0.7, 0.5, 3
#: one may be so much shorter than the other: "Registration" alone is no "Registration No."
_SHORTER: Final = 0.87
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


@dataclass(frozen=True)
class Wordings:
    """Labels that are looked for, prepared once per type."""

    texts: tuple[str, ...]
    #: squeezed text, its letters, how many words it has
    _ready: tuple[tuple[str, frozenset[str], tuple[str, ...]], ...] = field(init=False, repr=False, compare=False)
    #: squeezed words of a page come again and again; what they are similar to, by index and similarity
    _known: dict[str, tuple[tuple[int, float], ...]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        ready = tuple(
            (squeeze(text), frozenset(squeeze(text)), tuple(filter(None, map(squeeze, text.split()))))
            for text in self.texts
        )
        object.__setattr__(self, "_ready", ready)

    @property
    def most_words(self) -> int:
        """Words of the longest label."""
        return max((len(words) for _, _, words in self._ready), default=0)

    def length(self, wording: int) -> int:
        """Letters of a label."""
        return len(self._ready[wording][0])

    def may_be(self, words: Sequence[str], wording: int) -> bool:
        """Whether these words, squeezed, may be the label's: as many, they must be alike one by one."""
        its = self._ready[wording][2]
        if len(words) != len(its):
            return len(words) <= len(its) + _SPLIT
        return all(a == b or _same_word(a, b) for a, b in zip(words, its, strict=True))

    def like(self, text: str) -> tuple[tuple[int, float], ...]:
        """The labels that `text`, squeezed, may be, with their similarity."""
        known = self._known.get(text)
        if known is None:
            if len(self._known) > _KNOWN:
                self._known.clear()
            known = self._known[text] = tuple(self._like(text))
        return known

    def _like(self, text: str) -> Iterator[tuple[int, float]]:
        letters, size = frozenset(text), len(text)
        for index, (wanted, its, _) in enumerate(self._ready):
            both = size + len(wanted)
            # each letter that only one of them has costs the ratio 1/both: most pairs need no closer look
            if (
                min(size, len(wanted)) >= _SHORTER * max(size, len(wanted))
                and len(letters ^ its) <= (1 - SIMILAR) * both
            ):
                score = similarity(text, wanted)
                if score >= (SIMILAR if len(wanted) > _SHORT else _SHORT_SIMILAR):
                    yield index, score


def find(rows: Sequence[Row], wordings: Wordings) -> list[Anchor]:
    """All places where one of the wordings stands; of overlapping places only the best, longer ones first."""
    found = [anchor for number, row in enumerate(rows) for anchor in _on_row(number, row, wordings)]
    found.sort(key=lambda a: (-a.similarity * wordings.length(a.wording), a.row, a.first))
    taken: set[tuple[int, int]] = set()
    kept = []
    for anchor in found:
        places = {(anchor.row, i) for i in range(anchor.first, anchor.last + 1)}
        if not places & taken:
            taken |= places
            kept.append(anchor)
    return kept


def _on_row(number: int, row: Row, wordings: Wordings) -> Iterator[Anchor]:
    squeezed = [squeeze(token.text) for token in row.tokens]
    for first in range(len(squeezed)):
        best: dict[int, tuple[float, int]] = {}
        candidate, words = "", []
        for last in range(
            first, min(first + wordings.most_words + _SPLIT, len(squeezed)) if squeezed[first] else 0
        ):
            if not squeezed[last]:
                continue
            candidate += squeezed[last]
            words.append(squeezed[last])
            for wording, score in wordings.like(candidate):
                if score > best.get(wording, (0.0, 0))[0] and wordings.may_be(words, wording):
                    best[wording] = score, last
        for wording, (score, last) in best.items():
            yield Anchor(number, first, last, score, wording)


def stands_alone(anchor: Anchor, rows: Sequence[Row]) -> bool:
    """Whether the label begins a cell: in "filed by the registrant" the word is no label. "1." may stand before.

    Nor is it one in a sentence that it begins: "Advertiser certifies that…".
    """
    row = rows[anchor.row]
    for after in row.tokens[anchor.last + 1 : anchor.last + 2]:
        near = after.x0 - row.tokens[anchor.last].x1 < 0.8 * row.height
        if near and after.text[0].islower() and not row.tokens[anchor.last].text.endswith(":"):
            return False
    first = anchor.first
    while first and _numbers(row.tokens[first - 1], row.tokens[first], row.height):
        first -= 1
    if first == 0:
        return True
    before = row.tokens[first - 1]
    return before.text.endswith(":") or row.tokens[first].x0 - before.x1 > 0.8 * row.height


def _numbers(before: Token, after: Token, height: float) -> bool:
    """Whether a token is the number of the label behind it, as "1." or "(2)", or a mark without letters."""
    text = squeeze(before.text)
    return len(text) <= 2 and not text.strip("0123456789") and after.x0 - before.x1 < 2 * height


def _same_word(a: str, b: str) -> bool:
    least = _SHORT_WORD_SIMILAR if len(b) <= _SHORT_WORD else _WORD_SIMILAR
    return similarity(a, b, least) >= least


def similarity(a: str, b: str, least: float = SIMILAR) -> float:
    """0 to 1; 0 at once where the two cannot be as similar as `least`."""
    if a == b:
        return 1.0
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= least else 0.0
