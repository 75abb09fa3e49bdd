"""Dates as ISO strings; only what can be read in one way."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from dateutil import parser

from processors.normalise.result import NONE, Conventions, Normalised
from processors.normalise.text import clean

_NUMERIC: Final = re.compile(r"(?<!\d)(\d{1,4})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{2}|\d{4})(?!\d)", re.ASCII)
_MONTH: Final = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_NAMED: Final = (
    re.compile(rf"\b{_MONTH}[\s.,/-]*(?P<day>\d{{1,2}})(st|nd|rd|th)?[\s.,/-]+(?P<year>\d{{4}}|\d{{2}})\b", re.I),
    re.compile(
        rf"\b(?P<day>\d{{1,2}})(st|nd|rd|th)?[\s.,/-]*(day\s+of\s+)?{_MONTH}[\s.,/-]*"
        r"(?P<year>\d{4}|\d{2})\b",
        re.I,
    ),
)
#: a two-digit year up to this one is of this century; scans of agencies reach back to the 1940s
_PIVOT: Final = 40


def normalise(text: str, conventions: Conventions = NONE) -> Normalised:
    """Read a date; 03/04/21 only where the type fixes the order, else the note is "date_ambiguous"."""
    value = clean(text)
    found = {_build(m["year"], m["month"], m["day"]) for pattern in _NAMED for m in pattern.finditer(value)}
    found |= {_numeric(m[1], m[2], m[3], conventions.date_order) for m in _NUMERIC.finditer(value)}
    readings = {reading for reading in found if reading.value or reading.note == "date_ambiguous"}
    if len(readings) > 1:
        return Normalised(None, "date_ambiguous")
    return readings.pop() if readings else Normalised(None, "no_date")


def _numeric(first: str, second: str, third: str, order: str) -> Normalised:
    if len(first) == 4:
        return _build(first, second, third) if len(third) == 2 else Normalised(None, "no_date")
    if len(first) == 3:
        return Normalised(None, "no_date")
    orders = {"MDY": (third, first, second), "DMY": (third, second, first), "YMD": (first, second, third)}
    if len(third) == 4:
        del orders["YMD"]
    readings = {key: _build(*parts) for key, parts in orders.items()}
    if order in readings:
        return readings[order]
    possible = {reading.value for reading in readings.values() if reading.value}
    if not possible:
        return Normalised(None, "no_date")
    return Normalised(possible.pop()) if len(possible) == 1 else Normalised(None, "date_ambiguous")


def _build(year: str, month: str, day: str) -> Normalised:
    full = int(year) if len(year) == 4 else int(year) + (2000 if int(year) <= _PIVOT else 1900)
    try:
        number = int(month) if month.isdecimal() else parser.parserinfo().month(month)
        return Normalised(date(full, number or 0, int(day)).isoformat())
    except ValueError:
        return Normalised(None, "no_date")
