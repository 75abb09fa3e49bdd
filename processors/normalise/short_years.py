"""Years of two digits: where they are a year, and where half of one, a blank of a form, a clock or another day.

"5 March, 20 21", "5th day of March, 20__", "March 5 10:30" and "March 1-31, 1992" hold two digits where a year
would stand, and none of them is 2020, 2010 or 1931.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import Final


class Reading(Enum):
    """What two digits behind a day and a month are."""

    YEAR = "a year"
    #: they may be a year, or something else: a person must say
    UNSURE = "unsure"
    #: the hour of a clock or the like; it says nothing against another reading of the same words
    NONE = "none"


#: centuries: what a printed or an OCR gap leaves of a year, and what a form prints before its blank
_CENTURIES: Final = ("19", "20")
_CLOCK: Final = re.compile(r"\s+\d{1,2}\s?:\s?\d\d", re.ASCII)
#: two more digits that are no clock, amount or date of their own
_HALF: Final = r"\s\d{2}(?!\d|\s?[:.,/]\s?\d)"
#: the digits go on: an unfilled form, half a year, a range of days, an amount, a year of four digits behind a day
_GOES_ON: Final = re.compile(
    rf"\s?_|\s?[-–]\s?\d|[.,'’]\d|{_HALF}|[\s.,]+\d{{4}}(?!\d)",  # noqa: RUF001
    re.ASCII,
)
#: what is glued to a date behind its two digits, or stands close behind it, and makes them no year
_CUT: Final = re.compile(r"_|:\d|\s_", re.ASCII)
_HALF_CUT: Final = re.compile(_HALF, re.ASCII)
_SHORT: Final = re.compile(r"(?:.*[^\d])?(\d{2})", re.ASCII | re.DOTALL)
_LONG: Final = re.compile(r"(?<!\d)\d{4}(?!\d)", re.ASCII)


def behind_month(year: str, inner: str, outer: str, behind: str, *, day_first: bool) -> Reading:
    """What the two digits behind a day and the name of a month are.

    Args:
        year: the two digits
        inner: what stands between day and month
        outer: what stands between these and the two digits
        behind: all that follows
        day_first: the day stands before the month
    """
    if behind.lstrip().startswith(":"):
        return Reading.NONE
    if _GOES_ON.match(behind):
        return Reading.UNSURE
    ranged = " - " in inner and "-" not in outer if day_first else "-" in outer and "-" not in inner
    return Reading.UNSURE if ranged else _century(year, outer, behind)


def _century(year: str, outer: str, behind: str) -> Reading:
    """19 and 20 are a year where a stroke, a dash or nothing ties them to the month, or a clock follows."""
    tied = "/" in outer or "-" in outer or outer in ("", ".")
    return Reading.UNSURE if year in _CENTURIES and not tied and not _CLOCK.match(behind) else Reading.YEAR


def in_figures(year: str, behind: str) -> Reading:
    """What the two digits at the end of a date in figures are: "12/25/20 18" is 2018, "12/25/20__" no date yet."""
    half = year in _CENTURIES and _HALF_CUT.match(behind)
    return Reading.UNSURE if half or behind.startswith("_") else Reading.YEAR


def cut(text: str, behind: str) -> bool:
    """Whether a date ends in two digits that go on in what is printed behind it, glued or close by."""
    found = _SHORT.fullmatch(text)
    if not found or _LONG.search(text):
        return False
    # in figures a year such as 18 is whole: nobody prints a half of 2018 that ends so
    may_be_half = found[1] in _CENTURIES or any(c.isalpha() for c in text)
    return bool(_CUT.match(behind) or (may_be_half and _HALF_CUT.match(behind)))
