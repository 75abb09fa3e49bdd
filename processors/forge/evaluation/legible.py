"""Whether recognition read a label's text at all: what it did not see, no extraction can give.

Searched generously, anywhere on the pages: what is not found so may be a stamp, handwriting, or a name that the
register gave later. F1 on legible fields says what extraction loses, F1 on all what recognition loses too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from processors.document_types import FieldRule
from processors.forge.evaluation.matching import ALIKE, bare, fold, plain, words
from processors.forge.evaluation.scoring.distance import levenshtein
from processors.pages import Page

#: A word this long may have one letter read wrong.
_LONG: Final = 5
_MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_ISO: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def legible(rule: FieldRule, labels: Sequence[str], pages: Sequence[Page], *, month_only: bool = False) -> bool:
    """Whether any of the labels stands on any of the pages."""
    return any(
        _stands(rule, label.replace("_", " "), page, month_only=month_only) for label in labels for page in pages
    )


def _stands(rule: FieldRule, label: str, page: Page, *, month_only: bool) -> bool:
    text = fold(" ".join(word.text for word in page.words))
    if rule.normaliser == "date" and (found := _ISO.fullmatch(plain(rule, label))):
        return any(re.search(form, text) for form in _forms(*found.groups(), month_only=month_only))
    if rule.normaliser in ("amount", "identifier", "integer"):
        # As characters without anything between them: recognition cuts numbers in two.
        wanted = bare(label) if rule.normaliser == "identifier" else re.sub(r"\D", "", label)
        return bool(wanted) and re.search(rf"(?<![^\W_]){_spaced(wanted)}(?![^\W_])", text) is not None
    return _words_stand(words(label), words(text))


def _spaced(characters: str) -> str:
    return r"[^\w]{0,2}".join(map(re.escape, characters))


def _forms(year: str, month: str, day: str, *, month_only: bool) -> Iterator[str]:
    """Expressions for the ways in which a date is written."""
    y, m = f"(?:{year}|{year[2:]})(?!\\d)", f"(?<!\\d)0?{int(month)}"
    d = r"\d{1,2}" if month_only else f"0?{int(day)}"
    name, gap = f"{_MONTHS[int(month) - 1]}[a-z]*", r"[^\w]{1,3}"
    yield f"{m}{gap}{d}{gap}{y}"
    yield f"(?<!\\d){d}{gap}0?{int(month)}{gap}{y}"
    yield f"(?<!\\d){year}{gap}0?{int(month)}{gap}{d}(?!\\d)"
    yield f"{name}[^\\w]{{0,3}}{d}(?:st|nd|rd|th)?[^\\w]{{1,4}}{y}"
    yield f"(?<!\\d){d}(?:st|nd|rd|th)?[^\\w]{{0,3}}(?:day of )?{name}[^\\w]{{1,4}}{y}"
    if month_only:
        yield f"{name}[^\\w]{{0,3}}{y}"


def _words_stand(wanted: Sequence[str], text: Sequence[str]) -> bool:
    """Whether most words of a name stand near each other, in any order."""
    if not wanted:
        return False
    places = [i for i, word in enumerate(text) if any(_read_as(word, one) for one in wanted)]
    reach = 2 * len(wanted) + 4
    for start in places:
        near = [text[i] for i in places if start <= i < start + reach]
        found = sum(any(_read_as(word, one) for word in near) for one in wanted)
        if found >= ALIKE * len(wanted):
            return True
    return False


@lru_cache(maxsize=100_000)
def _read_as(read: str, wanted: str) -> bool:
    if read == wanted:
        return True
    close = len(wanted) >= _LONG and abs(len(read) - len(wanted)) <= 1
    return close and levenshtein(read, wanted) <= 1
