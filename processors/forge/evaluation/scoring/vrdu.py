"""VRDU's type-aware match (Wang et al., KDD 2023), after `vrdu/match_utils.py` of google-research, as published.

It is stricter than its name: names are equal but for blanks, texts but for what is no letter or digit, both with
their letter case. Its labels were taken from the page; labels that come from a register differ in case and commas
from the print, which counts as wrong here. Month and day may be swapped, since the forms of dates differ.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Final

from processors.forge.evaluation.scoring.distance import levenshtein

#: As published, and the ISO form, which is how labels are written here.
_DATES: Final = (
    "%m/%d/%y", "%m/%d/%Y", "%m/%d", "%b%d/%y", "%m-%d-%Y", "%m-%d-%y", "%B%d,%Y", "%Y/%m/%d", "%Y-%m-%d",
)  # fmt: skip
#: money may differ by a cent, an address by three characters
_CENT, _EDITS = 0.01, 3


def date_match(read: str, label: str) -> bool:
    """The same day, month and day perhaps swapped; texts that are no dates by their letters and digits."""
    a, b = _date(read), _date(label)
    if a is None or b is None:
        return general_match(read, label)
    return a.year == b.year and (a.month, a.day) in ((b.month, b.day), (b.day, b.month))


def price_match(read: str, label: str) -> bool:
    """The same amount to a cent; no signs, no currency."""
    try:
        return abs(float(re.sub(r"[^0-9.]", "", read)) - float(re.sub(r"[^0-9.]", "", label))) <= _CENT
    except ValueError:
        return False


def number_match(read: str, label: str) -> bool:
    """The same digits in the same order, whatever stands between them."""
    return re.sub(r"[^0-9]", "", read) == re.sub(r"[^0-9]", "", label)


def general_match(read: str, label: str) -> bool:
    """The same letters and digits, letter case included."""
    return re.sub(r"[^0-9a-zA-Z]", "", read) == re.sub(r"[^0-9a-zA-Z]", "", label)


def name_match(read: str, label: str) -> bool:
    """The same but for blanks."""
    return "".join(read.split()) == "".join(label.split())


def address_match(read: str, label: str) -> bool:
    """At most three edits apart."""
    return levenshtein(" ".join(read.split()), " ".join(label.split())) <= _EDITS


#: Which matcher a field has in VRDU; its two data sets differ in how they take names.
BY_FIELD: Final[Mapping[str, Callable[[str, str], bool]]] = {"advertiser": general_match, "address": address_match}
BY_NORMALISER: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "date": date_match,
    "amount": price_match,
    "identifier": number_match,
    "name": name_match,
}


def matcher(field: str, normaliser: str) -> Callable[[str, str], bool]:
    """The matcher of a field: by its name as in VRDU's data sets, else by what kind of value it is."""
    return BY_FIELD.get(field) or BY_NORMALISER.get(normaliser, general_match)


def _date(text: str) -> date | None:
    digits = re.sub(r"[^0-9a-zA-Z/\-,]", "", text)
    for pattern in _DATES:
        try:
            # A form without a year is of 1900, as published; said aloud, since later Pythons refuse to guess it.
            bare = pattern == "%m/%d"
            found = datetime.strptime(f"1900/{digits}" if bare else digits, f"%Y/{pattern}" if bare else pattern)
        except ValueError:
            continue
        return found.date()
    return None
