"""Whether words on a page spell a text, give or take punctuation glued to the outer ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from processors.normalise import short_years

#: What may be glued to a value and left out. Not "." or "," between digits: "625.00" is not what "5,625.00" says.
_LEFT: Final = frozenset(" :;#=|_*\"“”‘'’([{<>~•—")  # noqa: RUF001
_RIGHT: Final = re.compile(r"(?:$|[\s:;|_*\"“”’'\]})<>~•—]|[.,)]+(?:$|[^\d]))", re.DOTALL)  # noqa: RUF001
#: A parenthesis is the sign of these: "1,200.00" is not what "(1,200.00)" says.
_SIGNED: Final = frozenset({"amount", "integer"})
#: A dash is no sign of these: "03/31/20-04/06/20" holds two dates.
_DASHED: Final = frozenset({"date"})
_DASH: Final = re.compile(r"[-–]")  # noqa: RUF001


def spells(text: str, printed: str, normaliser: str) -> bool:
    """Whether the words say `text`; both are clean, and `printed` has one blank between words."""
    at = printed.find(text) if text else -1
    while at >= 0:
        behind = printed[at + len(text) :]
        if _left(printed[:at], normaliser) and _right(behind, normaliser) and not _cut(text, behind, normaliser):
            return True
        at = printed.find(text, at + 1)
    return False


def spelled(printed: str, normaliser: str) -> Iterator[str]:
    """Every text that the words spell, the longest from each place first; most characters are no bounds."""
    starts = [at for at in range(len(printed)) if printed[at] != " " and _left(printed[:at], normaliser)]
    ends = [at for at in range(len(printed), 0, -1) if printed[at - 1] != " " and _right(printed[at:], normaliser)]
    for start in starts:
        for end in ends:
            if end > start and not _cut(printed[start:end], printed[end:], normaliser):
                yield printed[start:end]


def _left(before: str, normaliser: str) -> bool:
    """Whether what stands before a value may be left out."""
    # the last character first: a long text may have a place for a value at each of its characters
    last = before[-1:]
    if last and last not in _LEFT and not (last in "-–" and normaliser in _DASHED):  # noqa: RUF001
        return False
    if last == "(" and normaliser in _SIGNED:
        return False  # as good as a digit: it may not be cut off
    if _words(before.rpartition(" ")[0]):
        return False
    if normaliser in _DASHED:
        before = _DASH.sub(" ", before)
    return " " not in before.strip()


def _right(behind: str, normaliser: str) -> bool:
    """Whether what stands behind a value may be left out."""
    if _words(behind.partition(" ")[2]):
        return False
    if normaliser in _DASHED:
        behind = _DASH.sub(" ", behind)
    if normaliser in _SIGNED and behind.startswith(")"):
        return False
    return " " not in behind.strip() and _RIGHT.match(behind) is not None


def _cut(text: str, behind: str, normaliser: str) -> bool:
    """Whether what is left out behind a date belongs to it: "20" of "20__" is no year."""
    return normaliser in _DASHED and short_years.cut(text, behind)


def _words(outside: str) -> bool:
    """Whether there are words: the outermost must take part, evidence may not point at more than the value."""
    return any(c.isalnum() for c in outside)
