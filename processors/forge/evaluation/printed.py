"""The text of a value as it is printed: what protocols compare that know no normalised values."""

from __future__ import annotations

from processors.document_types import FieldRule
from processors.events import Evidence
from processors.normalise import NORMALISERS

#: values that are words already: what is printed is the value
_WORDED = ("name", "text", "identifier", "address", "person")
#: characters; evidence of a date or an amount is short, and all its parts are tried
_LONGEST = 80


def printed(rule: FieldRule, value: object, evidence: Evidence | None) -> str:
    """The shortest part of the evidence that gives the value: "25/12/2018" of "Date:25/12/2018"; else the value."""
    text = evidence.text if evidence else ""
    if rule.normaliser in _WORDED or not text or len(text) > _LONGEST:
        return str(value)
    starts = [i for i in range(len(text)) if text[i].isalnum() and not (i and _joined(text[i - 1], text[i]))]
    ends = [
        i + 1
        for i in range(len(text))
        if text[i].isalnum() and not (text[i + 1 :] and _joined(text[i], text[i + 1]))
    ]
    parts = sorted((end - start, start) for start in starts for end in ends if end > start)
    for length, start in parts:
        part = text[start : start + length]
        if NORMALISERS[rule.normaliser](part, date_order=rule.date_order).value == value:
            return part
    return text


def _joined(left: str, right: str) -> bool:
    """Whether two characters are of one word or number: "RM9.00" may be cut before the 9, "19.00" may not."""
    return (left.isdigit() and right.isdigit()) or (left.isalpha() and right.isalpha())
