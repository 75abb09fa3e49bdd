"""From a span of units to the text that the field's rule takes, and the words under it."""

from __future__ import annotations

from collections.abc import Sequence

from processors.document_types import FieldRule
from processors.extract.encoder.units import Unit, spelled

#: what stands beside a value and is none of it; a parenthesis may be a sign, so it stays
_DASHES = "-–—"  # noqa: RUF001
_BESIDE = " \n\t.,:;|*_\"'“”‘’•~=" + _DASHES  # noqa: RUF001


def trim(units: Sequence[Unit], rule: FieldRule) -> tuple[str, tuple[int, ...]]:
    """The value's text and the page's words under it; an empty text where the rule takes nothing of the span."""
    text, starts = spelled(units)
    first, last = _wanted(text, rule)
    words = (
        unit.word
        for unit, start in zip(units, starts, strict=True)
        if start >= 0 and start < last and start + len(unit.text) > first
    )
    return text[first:last], tuple(dict.fromkeys(words))


def _wanted(text: str, rule: FieldRule) -> tuple[int, int]:
    """Which part of the text is the value."""
    first, last = _stripped(text, 0, len(text))
    if rule.pattern is None or rule.pattern.fullmatch(text, first, last):
        return first, last
    found = [match.span() for match in rule.pattern.finditer(text)]
    return max(found, key=lambda span: span[1] - span[0], default=(0, 0))


def _stripped(text: str, first: int, last: int) -> tuple[int, int]:
    while (
        first < last and text[first] in _BESIDE and not (text[first] in _DASHES and text[first + 1 :][:1].isdigit())
    ):
        first += 1
    # a full stop at the end belongs to the name ("Inc."); the normalisers know
    while last > first and text[last - 1] in _BESIDE.replace(".", ""):
        last -= 1
    return first, last
