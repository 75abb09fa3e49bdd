"""Amounts of money as decimal strings; price-parser reads the digits, the sign is ours."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from price_parser import Price

from processors.normalise.result import NONE, Conventions, Normalised
from processors.normalise.text import clean

#: price-parser 0.5.1 drops every minus and every pair of parentheses: "(1,200.00)" and "-12.50" come out positive.
_NEGATIVE: Final = re.compile(r"^\D{0,5}[-−–]\s*\D{0,4}\d|^[^\d(]{0,5}\(.*\d.*\)\D{0,4}$|\d\s*[-−–]$|\bCR$", re.I)  # noqa: RUF001
#: one number and nothing but signs, currency and blanks around it; price-parser would take the first of several
_ONE_NUMBER: Final = re.compile(
    r"[^\d.,]{0,8}[.,]?\d{1,3}([ ,.’']?\d{3}){0,5}([.,]\d{1,3})?[.,]?[-–—=]?[^\d.,]{0,5}",  # noqa: RUF001
    re.ASCII,
)
#: "1.234" may be one and a bit or a thousand and more
_AMBIGUOUS: Final = re.compile(r"\D*\d{1,3}\.\d{3}\D*", re.ASCII)


def normalise(text: str, conventions: Conventions = NONE) -> Normalised:
    """Read an amount: "$5,625.00" is "5625.00", "(1,200.00)" is "-1200.00"; cents are always written."""
    value = clean(text)
    if not _ONE_NUMBER.fullmatch(value):
        return Normalised(None, "no_amount")
    if _AMBIGUOUS.fullmatch(value):
        return Normalised(None, "amount_ambiguous")
    number: Decimal | None = Price.fromstring(value).amount
    if number is None:
        return Normalised(None, "no_amount")
    sign = -1 if _NEGATIVE.search(value) and number else 1
    return Normalised(f"{sign * number:.2f}" if number == round(number, 2) else f"{sign * number:f}")
