"""Postal addresses on one line; those of the US checked for what a letter needs, where the type asks for it."""

from __future__ import annotations

import re
from typing import Final

import usaddress  # type: ignore[import-untyped]  # it has no types

from processors.normalise.result import NONE, Conventions, Normalised
from processors.normalise.text import clean

_AROUND: Final = " _-–—,:;|*=~•"  # noqa: RUF001
_COMMA: Final = re.compile(r"\s*(?:,\s*)+")
#: any of the first, and any of the second, make a letter arrive
_DOOR: Final = frozenset({"AddressNumber", "USPSBoxID"})
_TOWN: Final = frozenset({"ZipCode", "PlaceName"})


def normalise(text: str, conventions: Conventions = NONE) -> Normalised:
    """Take the punctuation of the form away and put one comma where several stand.

    With country "US", an address without number or box, or without ZIP code or town, is "address_incomplete".
    """
    value = _COMMA.sub(", ", clean(text)).strip(_AROUND)
    if sum(c.isalnum() for c in value) < 2:
        return Normalised(None, "no_address")
    if conventions.country == "US":
        parts = {part for _, part in usaddress.parse(value)}
        if not (parts & _DOOR and parts & _TOWN):
            return Normalised(None, "address_incomplete")
    return Normalised(value)
