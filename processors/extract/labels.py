"""The engine "labels": values beside printed labels and in running text, by the type's file alone.

It needs no weights and no examples, so a new type works from the day its file is written. The score of a
candidate is label similarity x direction x distance x rank; the calibration turns it into a precision.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from processors.document_types import DocumentType, FieldRule
from processors.extract import anchors, around, layout, phrases
from processors.extract.reader import Proposal
from processors.pages import Page

#: how much less is believed what stands below a label that has an answer at its right
_ELSEWHERE = 0.8


@dataclass(frozen=True)
class LabelReader:
    """Reads by labels and phrases."""

    name: str = "labels 1"
    digest: str = ""

    def read(self, pages: Sequence[Page], document_type: DocumentType) -> Sequence[Proposal]:
        """Propose every candidate; the stage takes the best that the page proves."""
        return [proposal for page in pages for proposal in _on_page(page, document_type)]


def _on_page(page: Page, document_type: DocumentType) -> Iterator[Proposal]:
    rows = layout.rows(page)
    runs = (layout.Run.of(*layout.reading_order(page)), layout.Run.of(*(row.tokens for row in rows)))
    for rule in document_type.flat:
        for run in runs:
            yield from phrases.propose(rule, page, run)
    wordings = _wordings(document_type.labels, document_type.other_labels)
    found = anchors.find(rows, wordings)
    stops = {(a.row, i) for a in found for i in range(a.first, a.last + 1)}
    for rule in document_type.flat:
        for anchor in found:
            if wordings.texts[anchor.wording] in rule.labels:
                yield from _beside(rule, wordings.texts[anchor.wording], anchor, rows, stops, page)


@lru_cache(maxsize=64)
def _wordings(labels: tuple[str, ...], others: tuple[str, ...]) -> anchors.Wordings:
    return anchors.Wordings((*labels, *others))


def _beside(
    rule: FieldRule,
    label: str,
    anchor: anchors.Anchor,
    rows: Sequence[layout.Row],
    stops: set[tuple[int, int]],
    page: Page,
) -> Iterator[Proposal]:
    wording = rule.labels.index(label)
    trust = anchor.similarity**2 * 0.995**wording * (1.0 if anchors.stands_alone(anchor, rows) else 0.6)
    answered = "right" in rule.look and any(
        _value(rule, area.run) for area in around.right(anchor, rows, stops, rule)
    )
    for rank, look in enumerate(rule.look):
        for area in around.areas(look, anchor, rows, stops, rule):
            span = _value(rule, area.run)
            if span is None:
                continue
            words = area.run.words(*span)
            if not words or not phrases.inside(rule, page, words):
                continue
            part = (span[1] - span[0]) / max(len(area.run.text.partition("\n")[0]), span[1] - span[0])
            score = trust * 0.9**rank * area.nearness * (_ELSEWHERE if answered and look == "below" else 1.0)
            score *= 0.8 + 0.2 * part if rule.pattern else 0.85
            yield Proposal(rule.name, page.number, words, area.run.text[slice(*span)], score)
            break


def _value(rule: FieldRule, run: layout.Run) -> tuple[int, int] | None:
    """Which part of the text beside a label is the value: the first that matches, without a pattern all of it."""
    if rule.pattern:
        found = rule.pattern.finditer(run.text)
        matches = [m.span() for m in found if not (rule.never and rule.never.fullmatch(m[0]))]
        index = rule.nth - 1 if rule.nth > 0 else rule.nth
        return matches[index] if -len(matches) <= index < len(matches) else None
    usable = rule.normalise(run.text)
    return (0, len(run.text)) if usable.value is not None or usable.note.endswith("ambiguous") else None
