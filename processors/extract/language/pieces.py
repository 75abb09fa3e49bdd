"""A word of a page in the pieces at which a value may begin or end: "Date:03/01/2020," is four.

Nothing is ever cut that grounding would not let go, so "625.00" is no piece of "5,625.00". Stricter than
grounding: an apostrophe or a dash inside a word stays where it is.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

#: what may stand before a value and be left out, and what may stand behind it
_BEFORE: Final = ":;#=|_*\"“”‘'’([{<>~•—"  # noqa: RUF001
_BEHIND: Final = ":;|_*\"“”’'])}<>~•—.,"  # noqa: RUF001
#: "No.:123" and "Date:5/3": a label that is glued to its value; not the time "10:30"
_LABEL: Final = re.compile(r"(?<=[^\W\d])(?=[:=#])|(?<=[:=#])(?=\w)")
#: two dates: "03/31/20-04/06/20"
_DATES: Final = re.compile(r"(?P<a>\w*\d[/.]\d[\d/.]*)(?P<dash>[-–])(?P<b>\w*\d[/.]\d[\d/.]*)")  # noqa: RUF001
#: its parentheses are a sign: "(1,200.00)"
_SIGNED: Final = re.compile(r"\W*\([^\w(]?\d[\d.,]*+\)?\W*")
_SAME: Final = re.compile(r"(.)\1*", re.DOTALL)


@lru_cache(maxsize=50_000)
def pieces(word: str) -> tuple[str, ...]:
    """The pieces of a word without blanks, in order; joined they are the word."""
    if word.isalnum() or _SIGNED.fullmatch(word):
        return (word,)
    begun = word.lstrip(_BEFORE)
    bare = begun.rstrip(_BEHIND)
    if not bare:
        return (word,)
    dates = _DATES.fullmatch(bare)
    inside = dates.groups() if dates else _inside(bare)
    return (*_runs(word[: len(word) - len(begun)]), *inside, *_runs(begun[len(bare) :]))


def _inside(text: str) -> tuple[str, ...]:
    found = _LABEL.search(text)
    if found is None or not any(c in text for c in ":=#"):
        return (text,)
    return tuple(piece for piece in _LABEL.split(text) if piece)


def _runs(marks: str) -> list[str]:
    """Equal marks stay together: a row of dots is one piece."""
    return [run[0] for run in _SAME.finditer(marks)]
