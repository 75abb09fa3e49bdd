"""Amounts of money as decimal strings; price-parser reads the digits, the sign and the doubts are ours."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final

from babel import Locale
from price_parser import Price

from processors.normalise.currency import is_sign
from processors.normalise.result import NONE, Conventions, Normalised
from processors.normalise.text import clean

#: price-parser 0.5.1 drops every minus and every pair of parentheses: "(1,200.00)" and "-12.50" come out positive.
_MINUS: Final = re.compile(r"^\D{0,5}[-−–]\s*\D{0,4}\d|^[^\d(]{0,5}\(.*\d.*\)\D{0,4}$|\d\s*[-−–]$")  # noqa: RUF001
#: one number and nothing but signs, currency and blanks around it; price-parser would take the first of several
_ONE_NUMBER: Final = re.compile(
    r"[^\d.,]{0,8}[.,]?\d{1,3}([ ,.’']?\d{3}){0,5}([.,]\d{1,3})?[.,]?[-–—=]?"  # noqa: RUF001
    r"(?P<behind>[^\d.,]{0,5}| ?[(\[][A-Za-z]{2,3}[)\]])",
    re.ASCII,
)
#: "1.234" may be one and a bit or a thousand and more
_AMBIGUOUS: Final = re.compile(r"\D*\d{1,3}\.\d{3}\D*", re.ASCII)
_BLANK_INSIDE: Final = re.compile(r"\d \d", re.ASCII)
#: credit takes away, debit does not; "Cr" is a crore, too, where money is counted in rupees
_CREDIT, _DEBIT = "cr", "dr"
_CRORE: Final = "Cr"
_RUPEE: Final = re.compile(r"₹|\b(?:INR|Rs)\b")
#: a letter behind cents says how something is taxed, but for thousands, lakhs, millions and billions
_TAXED: Final = re.compile(r"\d[.,]\d\d\s?[AC-JN-Z]", re.ASCII)


def normalise(text: str, conventions: Conventions = NONE) -> Normalised:
    """Read an amount: "$5,625.00" is "5625.00", "(5.00)" and "5.00 CR" are "-5.00"; cents are always written.

    Where the type names a language, its decimal sign is the only one: "1.234" is 1234 in German. "1,234.50" and
    "1,234" are ambiguous there, since somebody may not have written German. A blank is between thousands only in
    languages that print it there: elsewhere "2 100.00" may be two of something for 100. Other letters behind the
    number than a currency, "CR", "DR" or the one of a tax ("12.99 N") may stand for millions: that is no amount.
    """
    value = clean(text)
    found = _ONE_NUMBER.fullmatch(value)
    letters = _letters(found["behind"]) if found else ""
    side = letters.casefold() if letters.casefold() in (_CREDIT, _DEBIT) else ""
    if not found or not (side or not letters or is_sign(letters, conventions) or _taxed(value, letters)):
        return Normalised(None, "no_amount")
    if letters == _CRORE and (conventions.country == "IN" or _RUPEE.search(value)):
        return Normalised(None, "amount_ambiguous")
    if not _takes(value, conventions.locale):
        return Normalised(None, "amount_ambiguous")
    minus = _MINUS.search(value.removesuffix(letters).rstrip() if side else value) is not None
    if minus and side == _DEBIT:
        return Normalised(None, "amount_ambiguous")
    point = decimal_sign(conventions.locale)
    # price-parser ends the number at the typographic one
    straight = value.replace("’", "'")  # noqa: RUF001
    number: Decimal | None = Price.fromstring(straight, decimal_separator=point or None).amount
    if number is None:
        return Normalised(None, "no_amount")
    sign = -1 if number and (minus or side == _CREDIT) else 1
    return Normalised(f"{sign * number:.2f}" if number == round(number, 2) else f"{sign * number:f}")


def _takes(value: str, locale: str) -> bool:
    """Whether a number can be read in one way, in this language or without knowing any."""
    if _BLANK_INSIDE.search(value) and not blank_between_thousands(locale):
        return False
    point = decimal_sign(locale)
    return _written(point).fullmatch(value) is not None if point else not _AMBIGUOUS.fullmatch(value)


def _letters(behind: str) -> str:
    """What is behind the number without signs and blanks; "" where no letter is."""
    word = behind.strip(" -−–—=()*|_:;[]{}'\"”’~")  # noqa: RUF001
    return word if any(c.isalpha() for c in word) else ""


def _taxed(value: str, letters: str) -> bool:
    return len(letters) == 1 and _TAXED.search(value) is not None


@lru_cache(maxsize=64)
def decimal_sign(locale: str) -> str:
    """What stands before the cents in this language, "." or ","; "" where none is named, or it is another."""
    sign = _latin(locale).get("decimal", "")
    return sign if sign in (".", ",") else ""


@lru_cache(maxsize=64)
def blank_between_thousands(locale: str) -> bool:
    """Whether this language prints a blank between thousands, as French and Swedish do."""
    return _latin(locale).get("group", "").isspace()


def _latin(locale: str) -> dict[str, str]:
    signs = Locale.parse(locale).number_symbols.get("latn", {}) if locale else {}
    return {name: str(sign) for name, sign in signs.items()}


@lru_cache(maxsize=2)
def _written(point: str) -> re.Pattern[str]:
    """One number with this decimal sign; thousands by any other sign, or none."""
    thousands = r"[ ’'.]" if point == "," else r"[ ’',]"  # noqa: RUF001
    return re.compile(
        rf"[^\d.,]*\d+(?:{thousands}\d{{3}})*(?:{re.escape(point)}\d{{1,2}})?[^\d.,]*[.,]?\D*", re.ASCII
    )
