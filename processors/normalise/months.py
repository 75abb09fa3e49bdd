"""Names of months, from CLDR: of one language, or of all those that our documents come in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from babel import Locale

#: where the type names no language
LANGUAGES: Final = ("en", "fr", "es", "de", "nl")
#: used in print, but not in CLDR
_MORE: Final = {"sept": 9}
#: a misread name begins right, is no abbreviation, and is so similar: "Aprit" has 0.8 of "April"
_START, _LONG, _ALIKE = 3, 5, 0.8
#: only a name of so many letters may have lost or won some: "Septmber" is a month, "Mayor" is no Spanish "mayo"
_LOSES = 7


@lru_cache(maxsize=64)
def months(locale: str) -> Mapping[str, int]:
    """The month of each name and abbreviation, in small letters, with and without accents.

    English is always among them: forms and stamps use it everywhere. A name that would mean two months is left out.
    """
    meanings: dict[str, set[int]] = {name: {number} for name, number in _MORE.items()}
    for language in ("en", locale) if locale else LANGUAGES:
        for context in Locale.parse(language).months.values():
            for width in ("wide", "abbreviated"):
                for number, name in context.get(width, {}).items():
                    for form in (name, _plain(name)):
                        meanings.setdefault(form.casefold().rstrip("."), set()).add(number)
    return {name: min(numbers) for name, numbers in meanings.items() if len(numbers) == 1 and name.isalpha()}


@lru_cache(maxsize=64)
def pattern(locale: str) -> str:
    """A regular expression, group "month", for words that begin as a name of a month does."""
    starts = sorted({name[:_START] for name in months(locale)})
    return rf"(?<![^\W\d_])(?P<month>(?:{'|'.join(map(re.escape, starts))})[^\W\d_]*)"


@lru_cache(maxsize=4096)
def month_of(word: str, locale: str) -> int | None:
    """The month that a word names, be it misread as "Aprit" or "Septebmer"; None for "Mayor"."""
    names, word = months(locale), word.casefold()
    if word in names or len(word) < _LONG:
        return names.get(word)
    alike = {
        number
        for name, number in names.items()
        if name[:_START] == word[:_START]
        and (len(name) == len(word) or len(name) >= _LOSES)
        and SequenceMatcher(None, name, word, autojunk=False).ratio() >= _ALIKE
    }
    return alike.pop() if len(alike) == 1 else None


def _plain(name: str) -> str:
    """Without accents, as OCR often reads it."""
    return "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))
