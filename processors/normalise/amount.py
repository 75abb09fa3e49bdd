"""Amounts of money as decimal strings; price-parser reads the digits, the sign and the doubts are ours."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final

from babel import Locale
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
    """Read an amount: "$5,625.00" is "5625.00", "(1,200.00)" is "-1200.00"; cents are always written.

    Where the type names a language, its decimal sign is the only one: "1.234" is 1234 in German. "1,234.50" and
    "1,234" are ambiguous there, since somebody may not have written German.
    """
    value = clean(text)
    if not _ONE_NUMBER.fullmatch(value):
        return Normalised(None, "no_amount")
    point = decimal_sign(conventions.locale)
    if not (_written(point).fullmatch(value) if point else not _AMBIGUOUS.fullmatch(value)):
        return Normalised(None, "amount_ambiguous")
    number: Decimal | None = Price.fromstring(value, decimal_separator=point or None).amount
    if number is None:
        return Normalised(None, "no_amount")
    sign = -1 if _NEGATIVE.search(value) and number else 1
    return Normalised(f"{sign * number:.2f}" if number == round(number, 2) else f"{sign * number:f}")


@lru_cache(maxsize=64)
def decimal_sign(locale: str) -> str:
    """What stands before the cents in this language, "." or ","; "" where none is named, or it is another."""
    sign = str(Locale.parse(locale).number_symbols.get("latn", {}).get("decimal", "")) if locale else ""
    return sign if sign in (".", ",") else ""


@lru_cache(maxsize=2)
def _written(point: str) -> re.Pattern[str]:
    """One number with this decimal sign; thousands by any other sign, or none."""
    thousands = r"[ ’'.]" if point == "," else r"[ ’',]"  # noqa: RUF001
    return re.compile(
        rf"[^\d.,]*\d+(?:{thousands}\d{{3}})*(?:{re.escape(point)}\d{{1,2}})?[^\d.,]*[.,]?\D*", re.ASCII
    )
