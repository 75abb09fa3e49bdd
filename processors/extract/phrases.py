"""Running text: expressions of the type's file are matched over a page's text, line by line."""

from __future__ import annotations

from collections.abc import Iterator

from processors.document_types import FieldRule
from processors.extract.grounding import line_boxes
from processors.extract.layout import Run
from processors.extract.reader import Proposal
from processors.pages import Page

#: the surest phrase, and how much less each later one is believed
_FIRST, _STEP = 0.95, 0.94
#: how much less each later place on a page is believed
_PLACE = 0.01
#: a page of running text has some 4,000 characters; beyond this an expression could take seconds
_MOST = 40_000


def propose(rule: FieldRule, page: Page, run: Run) -> Iterator[Proposal]:
    """The places where the rule's phrases match."""
    for rank, phrase in enumerate(rule.phrases):
        groups = sorted(group for group in phrase.groupindex if group.startswith("value"))
        matches = list(phrase.finditer(run.text[:_MOST]))
        for nth, match in enumerate(reversed(matches) if rule.nth < 0 else matches):
            for group in groups:
                words = run.words(*match.span(group)) if match[group] else ()
                if words and inside(rule, page, words):
                    score = _FIRST * _STEP**rank * (1 - _PLACE * min(nth, 10))
                    yield Proposal(rule.name, page.number, words, match[group], score)


def inside(rule: FieldRule, page: Page, words: tuple[int, ...]) -> bool:
    """Whether the words stand in the part of the document that the rule names."""
    x0, y0, x1, y1 = rule.region
    box = line_boxes([page.words[i] for i in words])[0]
    across, down = (box[0] + box[2]) / 2 / max(page.width, 1), (box[1] + box[3]) / 2 / max(page.height, 1)
    return x0 <= across <= x1 and y0 <= down <= y1 and (not rule.last_page or page.number <= rule.last_page)
