"""The verdict on a proposal, computed from the page alone: no engine is trusted.

A proposal survives if its words are on the page, stand together, and spell its text, and if the normaliser makes
a value of that text. Everything else is `missing` and has no value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from processors.document_types import FieldRule
from processors.document_types.proof import unfit
from processors.events import Evidence
from processors.extract import layout, neighbours
from processors.extract.reader import Proposal
from processors.normalise.going_on import ASKED, cut_out
from processors.normalise.result import Normalised
from processors.normalise.spelling import spells
from processors.normalise.text import clean
from processors.pages import Box, Page, Word

#: between the words of one number no more than a blank may stand
_ONE_NUMBER: Final = frozenset({"amount", "integer"})


@dataclass(frozen=True)
class Grounded:
    """A checked proposal."""

    #: None unless the verdict is verbatim or normalised
    value: str | int | None
    evidence: Evidence
    #: the most that may be believed of it, whatever was measured on other pages, 0 to 1
    most: float = 1.0
    #: confidence of its words as recognition gave it, 0 to 1: half the worst, half the mean; and the worst
    read: float = 0.0
    worst: float = 0.0


def missing(note: str) -> Grounded:
    """No value, and why."""
    return Grounded(None, Evidence(page=0, verdict="missing", confidence=0.0, note=note))


def ground(proposal: Proposal, pages: Mapping[int, Page], rule: FieldRule) -> Grounded:
    """Check a proposal against its page; the confidence is the engine's score times that of the words.

    The worst word counts as much as all together: one misread word makes a name wrong.
    """
    page = pages.get(proposal.page)
    if page is None:
        return missing("page_not_there")
    indexes = proposal.words or locate(proposal.text, page, rule)
    if not indexes or not _stand_together(indexes, page):
        return missing("not_on_page")
    words = [page.words[i] for i in indexes]
    if not all(word.placed for word in words):
        return missing("place_unknown")
    printed = clean(" ".join(word.text for word in words))
    text = clean(proposal.text)
    cut = _cut_out(text, printed, indexes, page, rule)
    if not cut and not spells(text, printed, rule.normaliser):
        return missing("not_on_page")
    if note := unfit(text, rule):
        return missing(note)
    made = Normalised(None, cut) if cut else rule.normalise(text)
    worst = min(word.confidence for word in words)
    read = (worst + sum(word.confidence for word in words) / len(words)) / 2
    evidence = Evidence(
        page=page.number,
        boxes=line_boxes(words),
        text=printed,
        verdict="missing" if made.value is None else "verbatim" if made.value == printed else "normalised",
        confidence=0.0 if made.value is None else _unit(proposal.score) * _unit(read),
        note=made.note,
    )
    return Grounded(made.value, evidence, _most(page, words), _unit(read), _unit(worst))


def _cut_out(text: str, printed: str, indexes: Sequence[int], page: Page, rule: FieldRule) -> str:
    """The note of a value that reads well by itself and is a part of a longer one; "" where it is none."""
    at = printed.rfind(text)
    if rule.normaliser not in ASKED or at < 0:
        return ""
    if rule.normaliser in _ONE_NUMBER and neighbours.apart([page.words[i] for i in indexes]):
        return f"{rule.normaliser}_ambiguous"
    before = neighbours.before(indexes, page, wraps=rule.normaliser == "duration") + printed[:at]
    return cut_out(text, rule.normaliser, before, printed[at + len(text) :] + neighbours.behind(indexes, page))


def _most(page: Page, words: Sequence[Word]) -> float:
    """Calibration knows pages that Tesseract read alone; on others the worst word is the bound."""
    return _unit(min(word.confidence for word in words)) if page.source == "model" else 1.0


def locate(text: str, page: Page, rule: FieldRule) -> tuple[int, ...]:
    """The first words of known place, in reading order, that spell `text`; empty if there are none."""
    wanted = clean(text)
    starts: list[int] = []
    joined = ""
    for word in page.words:
        joined += " " if joined else ""
        starts.append(len(joined))
        joined += clean(word.text) if word.placed else layout.HOLE
    at = joined.find(wanted) if wanted else -1
    while at >= 0:
        end = at + len(wanted)
        ends = [*starts[1:], len(joined) + 1]
        found = tuple(i for i, (s, e) in enumerate(zip(starts, ends, strict=True)) if s < end and e - 1 > at)
        if spells(wanted, " ".join(clean(page.words[i].text) for i in found), rule.normaliser):
            return found
        at = joined.find(wanted, at + 1)
    return ()


def _stand_together(indexes: Sequence[int], page: Page) -> bool:
    """Whether the words are on the page, in order, without a leap: a value is not put together from all over."""
    if not all(0 <= i < len(page.words) for i in indexes) or len(set(indexes)) != len(indexes):
        return False
    return all(b == a + 1 or _next_to(page.words[a].box, page.words[b].box) for a, b in pairwise(indexes))


def _next_to(a: Box, b: Box) -> bool:
    """Whether b is the next word of a's row, or starts one of the next two rows, in text of this size."""
    height = max(a[3] - a[1], b[3] - b[1], 1.0)
    same_row = abs((a[1] + a[3]) - (b[1] + b[3])) / 2 < height * 0.7
    if same_row:
        return -height <= b[0] - a[2] <= height * 8
    return 0 < b[1] - a[1] <= height * 3


def line_boxes(words: Sequence[Word]) -> tuple[Box, ...]:
    """One box per printed line that the words cover."""
    boxes: list[Box] = []
    for word in words:
        x0, y0, x1, y1 = word.box
        if boxes and min(y1, boxes[-1][3]) - max(y0, boxes[-1][1]) > (y1 - y0) * 0.3:
            a = boxes[-1]
            boxes[-1] = (min(a[0], x0), min(a[1], y0), max(a[2], x1), max(a[3], y1))
        else:
            boxes.append(word.box)
    return tuple(boxes)


def _unit(number: float) -> float:
    """Clamp to 0…1; not-a-number is 0."""
    return min(max(number, 0.0), 1.0) if number == number else 0.0  # noqa: PLR0124 - NaN differs from itself
