"""Which codes the libraries behind the normalisers know: languages, countries, kinds of numbers."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec

from babel import Locale
from babel.core import UnknownLocaleError
from babel.localedata import exists


def is_locale(code: str) -> bool:
    """Whether CLDR has this language, and the country if one is named: "de", "de_CH"."""
    return exists(code)


def is_country(code: str) -> bool:
    """Whether this is an ISO 3166 code of a country, such as "US"."""
    return len(code) == 2 and code.isalpha() and code in _territories() and code not in ("EU", "UN", "EZ", "ZZ")


@cache
def is_id_kind(kind: str) -> bool:
    """Whether python-stdnum has a module of this name that checks numbers: "iban", "us.ein"."""
    if not all(step.isidentifier() for step in kind.split(".")):
        return False
    try:
        there = find_spec(f"stdnum.{kind}") is not None
    except ModuleNotFoundError:  # the country before the point
        return False
    return there and callable(getattr(import_module(f"stdnum.{kind}"), "validate", None))


@cache
def _territories() -> frozenset[str]:
    try:
        return frozenset(Locale.parse("en").territories)
    except UnknownLocaleError as error:  # a broken installation
        raise RuntimeError("babel has no English data; install it again") from error
