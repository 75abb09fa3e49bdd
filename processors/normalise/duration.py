"""Lengths of time: "two (2) years" is "2 years"."""

from __future__ import annotations

import re
from typing import Final

from processors.normalise.result import NONE, Conventions, Normalised
from processors.normalise.text import clean

_WORDS: Final = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS: Final = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90}
_DURATION: Final = re.compile(
    r"\b(?P<number>\d{1,4}|[a-z]+(?:-[a-z]+)?)\s*(?:\(\s*(?P<digits>\d{1,4})\s*\))?[\s-]*(?P<unit>day|week|month|year)s?\b",
    re.I,
)


def normalise(text: str, conventions: Conventions = NONE) -> Normalised:
    """Read a number and a unit; where words and digits disagree, there is no value."""
    match = _DURATION.search(clean(text))
    number = _number(match["number"].lower()) if match else None
    if match is None or number is None:
        return Normalised(None, "no_duration")
    if match["digits"] and int(match["digits"]) != number:
        return Normalised(None, "duration_contradicts")
    unit = match["unit"].lower()
    return Normalised(f"{number} {unit}" if number == 1 else f"{number} {unit}s")


def _number(word: str) -> int | None:
    if word.isdecimal():
        return int(word)
    tens, _, ones = word.partition("-")
    if tens in _TENS:
        return _TENS[tens] + (_WORDS.index(ones) if ones in _WORDS else 0)
    return _WORDS.index(word) if word in _WORDS else None
