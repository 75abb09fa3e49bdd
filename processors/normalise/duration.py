"""Lengths of time: "two (2) years" is "2 years"."""

from __future__ import annotations

import re
from typing import Final

from processors.normalise.numerals import FIGURES, NUMERAL, number_of
from processors.normalise.result import NONE, Conventions, Normalised
from processors.normalise.text import clean

_UNIT: Final = rf"\s*(?:\(\s*(?P<digits>{FIGURES})\s*\))?[\s-]*(?P<unit>day|week|month|year)s?\b"
_DURATION: Final = re.compile(rf"(?<![\w.,/–-])(?P<number>{NUMERAL}){_UNIT}", re.I | re.ASCII)  # noqa: RUF001
#: the end of a longer number, of half a year, of "2-3 years"
_TAIL: Final = re.compile(rf"(?:\d|{NUMERAL}){_UNIT}", re.I | re.ASCII)
#: what makes the number behind it a part of another, or the second of two
_MORE: Final = re.compile(
    rf"(?:^|[^\w.,])(?:{NUMERAL}|\d+(?:[.,]\d+)*)\s*(?:[-–/]|\bto\b|\bor\b|\band\b)?\s*$|\d[.,/–-]$"  # noqa: RUF001
    r"|\b(?:day|week|month|year)s? and\s*$",
    re.I | re.ASCII,
)
#: characters before a number that are looked at; no number is longer
_NEAR: Final = 160


def normalise(text: str, conventions: Conventions = NONE) -> Normalised:
    """Read a whole number and a unit; where words and digits disagree, there is no value.

    "1.5 years", "2-3 years" and "a year and six months" are "duration_ambiguous": no one number and unit says them.
    """
    value = clean(text)
    found = {_read(match, _before(match)) for match in _DURATION.finditer(value)}
    if len(found) > 1:
        return Normalised(None, "duration_ambiguous")
    if found:
        return found.pop()
    return Normalised(None, "duration_ambiguous" if _TAIL.search(value) else "no_duration")


def goes_on_before(before: str) -> bool:
    """Whether what is printed before a duration belongs to its number: "twenty" before "four months"."""
    return _MORE.search(before[-_NEAR:]) is not None


def _before(match: re.Match[str]) -> str:
    return match.string[max(match.start() - _NEAR, 0) : match.start()]


def _read(match: re.Match[str], before: str) -> Normalised:
    number = number_of(match["number"])
    if number is None or goes_on_before(before):
        return Normalised(None, "duration_ambiguous")
    if match["digits"] and number_of(match["digits"]) != number:
        return Normalised(None, "duration_contradicts")
    unit = match["unit"].lower()
    return Normalised(f"{number} {unit}" if number == 1 else f"{number} {unit}s")
