"""Currencies as ISO 4217 codes, from a code or a sign beside an amount or alone."""

from __future__ import annotations

import re
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

_CODE: Final = re.compile(r"(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])")
#: several countries write their own currency so; without the country nobody can tell
_SHARED: Final = frozenset({"$", "¥", "kr", "kr."})


def normalise(text: str, conventions: Conventions = NONE) -> Normalised:
    """Tell the currency: "EUR 5.00", "€ 5" and "€" are "EUR"; "$" only where the type names the country."""
    value = clean(text)
    found = {code for code in _CODE.findall(value) if code in _codes()}
    if not found:
        sign = Price.fromstring(value).currency or value.strip(" .:;")
        code = _signs(conventions.country or _country(conventions.locale)).get(sign)
        if code is None:
            return Normalised(None, "currency_ambiguous" if sign in _SHARED else "no_currency")
        found = {code}
    if len(found) > 1:
        return Normalised(None, "currency_ambiguous")
    return Normalised(found.pop())


@cache
def _codes() -> frozenset[str]:
    return frozenset(list_currencies())


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


def _country(locale: str) -> str:
    return Locale.parse(locale).territory or "" if locale else ""
