"""Where the labels of a document stand on its pages: labels give values, training needs places."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final

from processors.document_types import FieldRule
from processors.extract.encoder.units import ROW, Unit, text_of
from processors.forge.evaluation.matching import same

#: how many units a value of this kind covers at most
_LONGEST: Final = {"date": 7, "amount": 3, "integer": 2, "identifier": 4, "duration": 6}
#: from this similarity on, print that OCR misread is still the label's place
ALIKE: Final = 0.84
_MONTH: Final = re.compile(r"(?i)jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec")
Span = tuple[int, int]


def places(units: Sequence[Unit], rule: FieldRule, label: str, *, month_only: bool = False) -> list[Span]:
    """All places of a label: first and last unit, counted from 0, both included; shortest first at each place."""
    label = label.replace("_", " ")
    if rule.normaliser in ("name", "text", "person", "address"):
        return list(_alike(units, label))
    return list(_equal(units, rule, label, month_only=month_only))


def _equal(units: Sequence[Unit], rule: FieldRule, label: str, *, month_only: bool) -> Iterator[Span]:
    """Spans whose normalised value is the label's."""
    most = _LONGEST.get(rule.normaliser, 4)
    dates = rule.normaliser == "date"
    taken = -1
    for first, unit in enumerate(units):
        if first <= taken or unit.word < 0 or not any(c.isalnum() for c in unit.text):
            continue
        if dates and not (any(c.isdigit() for c in unit.text) or _MONTH.search(unit.text)):
            continue
        for last in range(first, min(first + most, len(units))):
            if units[last].word < 0 and units[last].text == ROW and rule.normaliser != "date":
                break
            if units[last].word < 0:
                continue
            value = _value(units[first : last + 1], rule, label)
            if value is not None and same(rule, value, label, month_only=month_only):
                yield _shortest(units, first, last, value, rule, label)
                taken = last
                break


def _value(some: Sequence[Unit], rule: FieldRule, label: str) -> object:
    """What these units say; None for nothing, and for more than the label."""
    text = text_of(some).strip(" .,;:()[]|*\"'")
    if rule.normaliser != "identifier":
        return rule.normalise(text).value
    return text if len(re.sub(r"\W", "", text)) <= len(re.sub(r"\W", "", label)) else None


def _shortest(units: Sequence[Unit], first: int, last: int, value: object, rule: FieldRule, label: str) -> Span:
    """The span without words before it that change nothing: "Total 9.00" says no more than "9.00"."""
    while first < last and _value(units[first + 1 : last + 1], rule, label) == value:
        first += 1
    return first, last


def _alike(units: Sequence[Unit], label: str) -> Iterator[Span]:
    """Spans whose letters are nearly the label's; of overlapping ones the most alike."""
    wanted = _letters(label)
    if len(wanted) < 2:
        return
    letters = [_letters(unit.text) if unit.word >= 0 else "" for unit in units]
    found: list[tuple[float, int, int]] = []
    matcher = SequenceMatcher(None, "", wanted, autojunk=False)
    for first, start in enumerate(letters):
        if not start:
            continue
        text = ""
        for last in range(first, min(first + 40, len(letters))):
            if not letters[last]:
                continue
            text += letters[last]
            if len(text) < 0.75 * len(wanted):
                continue
            if len(text) > 1.25 * len(wanted):
                break
            matcher.set_seq1(text)
            if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE:
                ratio = matcher.ratio()
                if ratio >= ALIKE:
                    found.append((-ratio, first, last))
    taken: set[int] = set()
    for _, first, last in sorted(found):
        if not taken & set(range(first, last + 1)):
            taken |= set(range(first, last + 1))
            yield first, last


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()
