"""Currencies as ISO 4217 codes, from a code or a sign beside an amount or alone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Final

from babel import Locale
from babel.languages import get_official_languages
from babel.localedata import exists
from babel.numbers import get_currency_symbol, get_territory_currencies, list_currencies
from price_parser import Price

from processors.normalise.result import NONE, Conventions, Normalised
from processors.normalise.text import clean

#: a code before a number and behind one, perhaps with a sign between: "EUR 5", "USD -$5", "5.00 EUR", "(5.00) EUR"
_BEFORE: Final = re.compile(r"(?<![A-Za-z])([A-Za-z]{3}) ?[-−–(]{0,2} ?[^\w\s.,()-]? ?[-−–(]{0,2}[.,]?\d")  # noqa: RUF001
_BEHIND: Final = re.compile(r"\d[.,]?\)?[-−–=]? ?[^\w\s.,()-]? ?([A-Za-z]{3})(?![A-Za-z])")  # noqa: RUF001
#: a code in brackets counts as one without: "5.00 (USD)"
_BRACKETED: Final = re.compile(r"[(\[]([A-Z]{3})[)\]]")
#: dollars of which the country stands behind: "$5.00 US"
_US_DOLLARS: Final = re.compile(r"\$[^A-Za-z$]{0,24}\d ?US(?![A-Za-z])")
#: codes of today that are words, names or what addresses and firms abbreviate, too ("SDN BHD")
_WORDS: Final = frozenset("ALL BAM BHD BOB COP CUP ERN GEL MAD MOP PEN RON SEK SOS STN TOP TRY VES".split())
#: characters of an amount with its currency; price-parser takes the square of a text's length
_LONGEST: Final = 200
#: several countries write their own currency so; without the country nobody can tell
_SHARED: Final = frozenset({"$", "¥", "kr", "kr."})
#: what people write for a currency, in small letters
_WRITTEN: Final = frozenset({"euro", "sfr", "us", "元", "圆", "圓"})


def normalise(text: str, conventions: Conventions = NONE) -> Normalised:
    """Tell the currency: "EUR 5.00", "€ 5" and "€" are "EUR"; "$" only where the type names the country.

    A code counts beside a number, alone, and among other words where it is none itself: "TOTAL USD" is of dollars,
    "TOTAL ALL" of no Albanian money. Where code and sign mean two currencies, as in "ALL $5", it is ambiguous.
    """
    value = clean(_BRACKETED.sub(r" \1 ", clean(text)))
    found = _named(value)
    if not found:
        sign = Price.fromstring(value[:_LONGEST]).currency or value.strip(" .:;")
        code = None if sign in _codes() else _signs(_country(conventions)).get(sign)
        if code is None:
            return Normalised(None, "currency_ambiguous" if sign in _SHARED else "no_currency")
        found = {code}
    if len(found) > 1 or not all(_may_be(sign, code) for code in found for sign in _symbols(value)):
        return Normalised(None, "currency_ambiguous")
    return Normalised(found.pop())


def is_sign(letters: str, conventions: Conventions) -> bool:
    """Whether these letters are a currency's: "EUR", "RM", "zł", or what the type's country writes."""
    return (
        letters in _codes()
        or letters.upper() in _plain_codes()
        or letters in _signs(_country(conventions))
        or letters.casefold() in _WRITTEN
        or Price.fromstring(letters).currency == letters
    )


def _named(value: str) -> set[str]:
    """The codes beside a number, in small letters too; where there is none, those that are no words or alone."""
    found = {*_BEFORE.findall(value), *_BEHIND.findall(value)}
    beside = (found & _codes()) | ({code.upper() for code in found if code.islower()} & _plain_codes())
    if _US_DOLLARS.search(value):
        beside.add("USD")
    words = {*re.findall(r"\w+", value)}
    return beside or (words if words <= _codes() else words & _plain_codes())


def _symbols(value: str) -> set[str]:
    return {c for c in value if unicodedata.category(c) == "Sc"}


def _may_be(sign: str, code: str) -> bool:
    """Whether a sign is written for this currency somewhere: "$" for CAD, not for ALL."""
    return any(sign in written for written in _written_for(code))


@lru_cache(maxsize=512)
def _written_for(code: str) -> frozenset[str]:
    # a code begins with its country's: CAD, but not EUR
    home = {sign for sign, its in _local(code[:2]) if its == code}
    return frozenset({get_currency_symbol(code, locale="en"), *home})


@cache
def _codes() -> frozenset[str]:
    return frozenset(list_currencies())


@cache
def _plain_codes() -> frozenset[str]:
    """Codes of what some country pays with today that are no words: "USD" and "CAD", not "TRY" nor an old "PTE"."""
    countries = map(str, Locale("en").territories)
    return frozenset(code for country in countries for code in get_territory_currencies(country)) - _WORDS


@lru_cache(maxsize=64)
def _signs(country: str) -> Mapping[str, str]:
    """Code by sign: those that mean one currency everywhere, and those of the country."""
    signs = {
        str(sign): str(code)
        for locale in ("en_CA", "en")  # Canadian English has "US$"
        for code, sign in Locale.parse(locale).currency_symbols.items()
    }
    everywhere = {sign: code for sign, code in signs.items() if sign not in _SHARED}
    return everywhere | dict(_local(country))


def _local(country: str) -> Iterator[tuple[str, str]]:
    """Signs that the languages of a country use for its own currency."""
    for code in get_territory_currencies(country) if country else ():
        for language in get_official_languages(country, de_facto=True):
            locale = f"{language}_{country}"
            if exists(locale):
                yield get_currency_symbol(code, locale=locale), code


def _country(conventions: Conventions) -> str:
    locale = conventions.locale
    return conventions.country or (Locale.parse(locale).territory or "" if locale else "")
