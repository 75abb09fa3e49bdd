"""One value that a person gives: normalised as the type says, with evidence that tells how it was come by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from processors.batch.reviews.answers import Change
from processors.batch.reviews.errors import ValueRefused
from processors.decisions import ABSENT, ENTERED, POINTED, READ
from processors.document_types import DocumentType, FieldRule
from processors.document_types.proof import follows
from processors.events import Evidence
from processors.extract.grounding import line_boxes
from processors.normalise.spelling import spelled
from processors.normalise.text import clean
from processors.pages import Page, Word


@dataclass(frozen=True)
class Given:
    """A value of a field, None where a person says that there is none."""

    value: str | int | None
    evidence: Evidence


def given(path: str, change: Change, document_type: DocumentType, pages: Mapping[int, Page]) -> Given:
    """The value that a change gives a field.

    Args:
        path: of the field
        change: what the person said
        document_type: whose field it is
        pages: at least the one that the change names

    Raises:
        ValueRefused: it gives none; the text says why.
    """
    rule = document_type.field(path)
    if rule is None:
        raise ValueRefused(path, f"{document_type.name} has no such value; see `chancery types`.")
    if change.absent:
        return Given(None, Evidence(page=0, verdict="missing", confidence=1.0, note=ABSENT))
    words = _words(path, change, pages)
    printed = clean(" ".join(word.text for word in words))
    text = clean(change.text) or printed
    value = _value(path, text, rule)
    return Given(value, _evidence(value, words, change.page, printed, rule))


def _words(path: str, change: Change, pages: Mapping[int, Page]) -> list[Word]:
    if not change.words:
        return []
    page = pages.get(change.page)
    if page is None:
        raise ValueRefused(path, f"there is no page {change.page}.")
    if not all(0 <= number < len(page.words) for number in change.words):
        raise ValueRefused(path, f"page {change.page} has {len(page.words)} words, counted from 0.")
    words = [page.words[number] for number in sorted(set(change.words))]
    if not all(word.placed for word in words):
        raise ValueRefused(path, "nobody knows where these words stand on the page; enter the value without them.")
    return words


def _value(path: str, text: str, rule: FieldRule) -> str | int:
    note = ""
    for part in spelled(text, rule.normaliser):
        made = rule.normalise(part)
        if made.value is not None:
            return made.value
        note = note or made.note
    kind = rule.normaliser.replace("_", " ")
    raise ValueRefused(path, f"this is no {kind} ({note or 'empty'}). Write it as the document could.")


def _evidence(value: object, words: list[Word], page: int, printed: str, rule: FieldRule) -> Evidence:
    if not words:
        return Evidence(page=0, verdict="missing", confidence=1.0, note=ENTERED)
    proven = follows(value, printed, rule, anywhere=True)
    return Evidence(
        page=page,
        boxes=line_boxes(words),
        text=printed,
        verdict="derived" if not proven else "verbatim" if value == printed else "normalised",
        confidence=1.0,
        note=POINTED if proven else READ,
    )
