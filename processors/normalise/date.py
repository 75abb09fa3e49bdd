"""Dates as ISO strings; only what can be read in one way."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Final

from processors.normalise.months import month_of, pattern
from processors.normalise.result import NONE, Conventions, Normalised
from processors.normalise.short_years import Reading, behind_month, in_figures
from processors.normalise.text import clean

_NUMERIC: Final = re.compile(r"(?<!\d)(\d{1,4})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{2}|\d{4})(?!\d)", re.ASCII)
#: "1st", "1er", "1." and "5 de marzo de 2011", "the 5th day of March, 2011"
_DAY: Final = r"(?<![\w,.])(?P<day>[0-9]{1,2})(?:st|nd|rd|th|er|ère|º|°)?"
_LATER_DAY: Final = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th|er|ère|º|°)?"
_YEAR: Final = r"(?P<year>[0-9]{4}|[0-9]{2})(?![0-9])"
_GAP: Final = r"[\s.,/-]*"
#: a two-digit year up to this one is of this century; scans of agencies reach back to the 1940s
_PIVOT: Final = 40
#: characters behind a year that are looked at
_NEAR: Final = 64
_AMBIGUOUS: Final = Normalised(None, "date_ambiguous")
_IMPOSSIBLE: Final = Normalised(None, "date_impossible")
_NO_DATE: Final = Normalised(None, "no_date")
#: two digits that are no year; what other words of the text say counts alone
_NO_YEAR: Final = Normalised(None, "no_year")


def normalise(text: str, conventions: Conventions = NONE) -> Normalised:
    """Read a date, by its month's name or in figures.

    03/04/21 only where the type fixes the order, and a year of two digits only where they can be nothing else: if
    not, the note is "date_ambiguous". February 30 is "date_impossible". Names of months are those of the type's
    language, and English ones.
    """
    value = clean(text)
    found = {
        reading
        for named, day_first in _named(conventions.locale)
        for m in named.finditer(value)
        if (month := month_of(m["month"], conventions.locale)) is not None
        for reading in [_by_name(m, month, day_first=day_first)]
    }
    found |= {_by_figures(m, conventions.date_order) for m in _NUMERIC.finditer(value)}
    readings = {reading for reading in found if reading.value or reading == _AMBIGUOUS}
    if len(readings) > 1:
        return _AMBIGUOUS
    if readings:
        return readings.pop()
    if _NO_YEAR in found:
        return _AMBIGUOUS
    return _IMPOSSIBLE if _IMPOSSIBLE in found else _NO_DATE


@lru_cache(maxsize=64)
def _named(locale: str) -> tuple[tuple[re.Pattern[str], bool], ...]:
    """Expressions for dates with the name of a month, and whether the day stands before it."""
    month = pattern(locale)
    return (
        (re.compile(rf"{month}(?P<inner>{_GAP}){_LATER_DAY}(?P<outer>[\s.,/-]+){_YEAR}", re.I), False),
        (
            re.compile(
                rf"{_DAY}(?P<inner>{_GAP})(?:day\s+of\s+|del?\s+)?{month}(?P<outer>{_GAP})(?:del?\s+)?{_YEAR}", re.I
            ),
            True,
        ),
    )


def _by_name(m: re.Match[str], month: int, *, day_first: bool) -> Normalised:
    if len(m["year"]) == 2:
        read = behind_month(m["year"], m["inner"], m["outer"], _behind(m), day_first=day_first)
        if read is not Reading.YEAR:
            return _AMBIGUOUS if read is Reading.UNSURE else _NO_YEAR
    return _build(m["year"], str(month), m["day"])


def _by_figures(m: re.Match[str], order: str) -> Normalised:
    short = len(m[1]) < 4 and len(m[3]) == 2 and order != "YMD"
    if short and in_figures(m[3], _behind(m)) is Reading.UNSURE:
        return _AMBIGUOUS
    return _numeric(m[1], m[2], m[3], order)


def _behind(m: re.Match[str]) -> str:
    return m.string[m.end() : m.end() + _NEAR]


def _numeric(first: str, second: str, third: str, order: str) -> Normalised:
    if len(first) == 4:
        return _build(first, second, third) if len(third) == 2 else _NO_DATE
    if len(first) == 3:
        return _NO_DATE
    orders = {"MDY": (third, first, second), "DMY": (third, second, first), "YMD": (first, second, third)}
    if len(third) == 4:
        del orders["YMD"]
    readings = {key: _build(*parts) for key, parts in orders.items()}
    if order in readings:
        return readings[order]
    possible = {reading.value for reading in readings.values() if reading.value}
    if not possible:
        return _IMPOSSIBLE
    return Normalised(possible.pop()) if len(possible) == 1 else _AMBIGUOUS


def _build(year: str, month: str, day: str) -> Normalised:
    full = int(year) if len(year) == 4 else int(year) + (2000 if int(year) <= _PIVOT else 1900)
    try:
        return Normalised(date(full, int(month), int(day)).isoformat())
    except ValueError:
        return _IMPOSSIBLE
