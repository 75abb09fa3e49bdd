"""The text of a value as it is printed: what protocols compare that know no normalised values."""

from __future__ import annotations

from processors.document_types import FieldRule
from processors.events import Evidence
from processors.forge.evaluation.matching import normal

#: values that are words already: what is printed is the value
_WORDED = ("name", "text", "identifier", "address", "person")
#: characters; evidence of a date or an amount is short, and all its parts are tried
_LONGEST = 80
#: what stands between the digits of one number
_IN_NUMBERS = tuple(".,'")


def printed(rule: FieldRule, value: object, evidence: Evidence | None) -> str:
    """The shortest part of the evidence that gives the value: "25/12/2018" of "Date:25/12/2018"; else the value."""
    text = evidence.text if evidence else ""
    if rule.normaliser in _WORDED or not text or len(text) > _LONGEST:
        return str(value)
    starts = [i for i in range(len(text)) if text[i].isalnum() and not _joined(text, i)]
    ends = [i + 1 for i in range(len(text)) if text[i].isalnum() and not _joined(text, i + 1)]
    parts = sorted((end - start, start) for start in starts for end in ends if end > start)
    for length, start in parts:
        part = text[start : start + length]
        if normal(rule, part) == value:
            return part
    return text


def _joined(text: str, at: int) -> bool:
    """Whether a text may not be cut before a place: "RM9.00" may be before the 9, but "19.00" nowhere inside."""
    left, right, further = text[at - 1 : at], text[at : at + 1], text[at + 1 : at + 2]
    if (left.isdigit() and right.isdigit()) or (left.isalpha() and right.isalpha()):
        return True
    return (left.isdigit() and right in _IN_NUMBERS and further.isdigit()) or (
        left in _IN_NUMBERS and text[at - 2 : at - 1].isdigit() and right.isdigit()
    )
