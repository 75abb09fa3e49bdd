"""What is read on documents with truth: by ours, and by the bare engine on the same pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from bench.floor import Floor
from bench.ocr import truth
from bench.ocr.groups import Case
from bench.ocr.ours import Ours
from bench.ocr.tools import Failed

OURS, PLAIN, TOLD = "ours", "floor", "floor_told_the_language"


@dataclass(frozen=True)
class Score:
    """How one tool read one document."""

    group: str
    tool: str
    word_f1: float
    cer: float
    made: bool
    #: it could not be read at all, which counts as reading nothing
    failed: bool = False


def measure(cases: Sequence[Case], ours: Ours, floor: Floor, say: Callable[[str], None]) -> list[Score]:
    """Read all cases with ours and with the bare engine, side by side: nothing is timed here.

    The bare engine reads English, as `tesseract` does when nobody tells it anything; where the document is in
    another language and its pack is there, also with that pack.
    """
    scores: list[Score] = []
    with ThreadPoolExecutor(1) as beside:
        for number, case in enumerate(cases):
            say(f"reading for accuracy: {case.group}, document {number + 1} of {len(cases)}")
            plain = beside.submit(_plain, floor, case)
            try:
                read, failed = ours.read(case.path, case.pages), False
            except Failed:
                read, failed = "", True
            texts = {OURS: read} | plain.result()
            scores += [_score(case, tool, text, failed and tool == OURS) for tool, text in texts.items()]
    return scores


def table(scores: Sequence[Score], of: Callable[[Score], float]) -> dict[str, dict[str, float]]:
    """Group -> tool -> mean over the documents of the group."""
    return {
        group: {
            tool: truth.mean(of(one) for one in scores if (one.group, one.tool) == (group, tool))
            for tool in dict.fromkeys(one.tool for one in scores if one.group == group)
        }
        for group in dict.fromkeys(one.group for one in scores)
    }


def counts(scores: Sequence[Score]) -> dict[str, tuple[int, int, int]]:
    """Group -> documents, how many of them the benchmark made worse, how many ours could not read."""
    found: dict[str, tuple[int, int, int]] = {}
    for one in scores:
        if one.tool == OURS:
            all_, made, failed = found.get(one.group, (0, 0, 0))
            found[one.group] = (all_ + 1, made + one.made, failed + one.failed)
    return found


def _plain(floor: Floor, case: Case) -> dict[str, str]:
    texts = {PLAIN: floor.text(case.path)}
    if case.pack != "eng":
        texts[TOLD] = floor.text(case.path, case.pack)
    return texts


def _score(case: Case, tool: str, text: str, failed: bool) -> Score:
    f1, cer = truth.word_f1(case.truth, text), truth.character_error_rate(case.truth, text)
    return Score(case.group, tool, f1, cer, case.made, failed)
