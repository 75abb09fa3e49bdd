"""Whether a value stands on the page, found out again by code that trusts nothing that extraction used.

Extraction proves each value by its own rules and normalisers. Here words are looked up by the evidence's boxes
alone, and the value is held against them by its letters and digits: no reader, no normaliser, no grounding rule.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from processors.document_types import FieldRule
from processors.events import Evidence
from processors.forge.evaluation.matching import bare, fold
from processors.pages import Box, Page, Word

#: points by which a word may stand out of its box: boxes are rounded
_ROUNDED: Final = 0.6
_MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_NUMBERS: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety"
).split()
_WORDS_OF: Final = {word: i if i < 21 else (i - 18) * 10 for i, word in enumerate(_NUMBERS)}


def on_page(rule: FieldRule, value: object, evidence: Evidence | None, pages: Mapping[int, Page]) -> bool:
    """Whether the evidence names words that are on its page, and the value is what they say.

    Args:
        rule: of the field
        value: as it would be released
        evidence: that came with it; without, nothing is proven
        pages: by number
    """
    page = pages.get(evidence.page) if evidence else None
    if evidence is None or page is None or not evidence.boxes:
        return False
    words = [word.text for word in page.words if word.placed and _inside(word, evidence.boxes)]
    printed = " ".join(words)
    if not words or bare(evidence.text) not in bare(printed):
        return False
    return _says(rule, str(value), evidence.text)


def _inside(word: Word, boxes: Sequence[Box]) -> bool:
    x0, y0, x1, y1 = word.box
    return any(
        x0 >= a - _ROUNDED and y0 >= b - _ROUNDED and x1 <= c + _ROUNDED and y1 <= d + _ROUNDED
        for a, b, c, d in boxes
    )


def _says(rule: FieldRule, value: str, text: str) -> bool:
    """Whether a text says a value, by its kind; one of a kind that is not known here must stand there as it is."""
    parts = re.findall(r"\d+|[a-z]+", fold(text))
    if rule.normaliser == "date" and (found := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", value)):
        return _date(found[1], found[2], found[3], parts)
    if rule.normaliser in ("amount", "integer"):
        return _amount(value, text)
    if rule.normaliser == "duration" and (lasting := re.fullmatch(r"(\d+) ([a-z]+?)s?", value)):
        return int(lasting[1]) in _numbers(fold(text)) and any(part.startswith(lasting[2]) for part in parts)
    if _whole(value, text):
        return True
    if rule.normaliser in ("name", "text", "identifier", "address", "person"):
        return False
    # Telephone numbers and the like: a form may put digits before those that are printed, and change none.
    digits = re.sub(r"\D", "", text).lstrip("0")
    return len(digits) >= 4 and re.sub(r"\D", "", value).endswith(digits)


def _numbers(text: str) -> set[int]:
    """The whole numbers of a text, in figures and in words; "twenty four" is one, and 4 is no part of it."""
    figures = re.findall(r"(?<![\d.,])(?:\d{1,3}(?:,\d{3})+|\d+)(?!\d|[.,]\d)", text)
    found = {int(one.replace(",", "")) for one in figures}
    whole = 0
    run: int | None = None
    for word in [*re.findall(r"[a-z]+|[^\sa-z-]", text), ""]:
        if word in _WORDS_OF:
            run = (run or 0) + _WORDS_OF[word]
        elif word == "hundred":
            run = (run or 1) * 100
        elif word == "thousand":
            whole, run = (run or 1) * 1000, 0
        elif word != "and" and run is not None:
            found.add(whole + run)
            whole, run = 0, None
    return found


def _whole(value: str, text: str) -> bool:
    """Whether a text holds a value's letters and digits, not cut out of a longer word or number."""
    characters = bare(value)
    if not characters:
        return False
    front = r"(?<!\d)" if characters[0].isdigit() else r"(?<![^\W\d_])"
    back = r"(?!\d)" if characters[-1].isdigit() else r"(?![^\W\d_])"
    return re.search(front + r"[\W_]*".join(map(re.escape, characters)) + back, fold(text)) is not None


def _date(year: str, month: str, day: str, parts: Sequence[str]) -> bool:
    numbers = [int(part) for part in parts if part.isdigit()]
    named = any(part.startswith(_MONTHS[int(month) - 1]) for part in parts)
    years = (int(year), int(year[2:]))
    wanted = [int(day)] if named else [int(day), int(month)]
    for one in years:
        left = list(numbers)
        needed = [*wanted, one]
        if all(n in left and (left.remove(n) or True) for n in needed):  # type: ignore[func-returns-value]
            return True
    return False


def _amount(value: str, text: str) -> bool:
    """Digits are equal but for cents that are not printed: "1234.00" is "1,234" and "1.234,00" too."""
    printed = {re.sub(r"\D", "", found).lstrip("0") for found in re.findall(r"\d[\d ,.'’]*", text)}  # noqa: RUF001
    whole, _, cents = value.lstrip("-").partition(".")
    forms = {(whole + cents).lstrip("0")}
    if not cents.strip("0"):
        forms.add(whole.lstrip("0"))
    elif cents.endswith("0"):
        forms.add((whole + cents.rstrip("0")).lstrip("0"))
    return bool(forms & printed)
