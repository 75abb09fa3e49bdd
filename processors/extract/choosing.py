"""One value per field out of many grounded proposals."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from processors.document_types import DocumentType, FieldRule
from processors.events import Evidence
from processors.extract.confidence import Calibration
from processors.extract.grounding import Grounded, ground, missing
from processors.extract.reader import Proposal
from processors.pages import Page

#: a rival this much less believed (or less) makes the choice unsure
_RIVAL = 0.93
#: the most values that an array may hold; more is a reader gone wild
_MOST = 32


def choose(
    proposals: Sequence[Proposal], pages: Mapping[int, Page], document_type: DocumentType, calibration: Calibration
) -> tuple[dict[str, Any], dict[str, Evidence]]:
    """Values and evidence by field path; every field is there, null where nothing was proven."""
    values: dict[str, Any] = {}
    evidence: dict[str, Evidence] = {}
    for rule in document_type.fields:
        mine = [p for p in proposals if p.path.partition("/")[0] == rule.name]
        ranked = sorted(((p.score, ground(p, pages, rule)) for p in mine), key=lambda pair: -_rank(*pair))
        grounded = [checked for _, checked in ranked]
        if rule.many:
            chosen = _several(grounded)
            values[rule.name] = [one.value for one in chosen]
            paths = {f"{rule.name}/{i}": one for i, one in enumerate(chosen)}
            paths = paths or {rule.name: missing(_why(grounded))}
        else:
            best = _one(grounded)
            values[rule.name] = best.value
            paths = {rule.name: best}
        evidence |= {path: _calibrated(one, document_type, rule, calibration) for path, one in paths.items()}
    return values, evidence


def _rank(score: float, one: Grounded) -> float:
    """Order of belief; an ambiguous value competes with its score, what was not proven comes last."""
    if one.value is None and not one.evidence.note.endswith("ambiguous"):
        return -1.0
    return one.evidence.confidence if one.value is not None else score * 0.9


def _one(grounded: Sequence[Grounded]) -> Grounded:
    """The best; less sure if another value is nearly as good."""
    if not grounded:
        return missing("no_candidate")
    best = grounded[0]
    if best.value is None:
        return best
    rivals = (g.evidence.confidence for g in grounded if g.value not in (None, best.value))
    close = max(rivals, default=0.0) > _RIVAL * best.evidence.confidence
    return _with_confidence(best, best.evidence.confidence * (0.85 if close else 1.0))


def _several(grounded: Sequence[Grounded]) -> list[Grounded]:
    """Different values, in the order of the pages."""
    kept: dict[object, Grounded] = {}
    for one in grounded:
        if one.value is not None:
            kept.setdefault(_words(one), one)
    best = [one for one in kept.values() if not _cut(one, kept.values())][:_MOST]
    return sorted(best, key=lambda one: (one.evidence.page, one.evidence.boxes[0][1], one.evidence.boxes[0][0]))


def _cut(one: Grounded, others: Iterable[Grounded]) -> bool:
    """Whether a text is only a part of another that was read: "Systems, Inc." of "Acme Systems, Inc."."""
    words = _words(one)
    return any(f" {words} " in f" {_words(other)} " for other in others if _words(other) != words)


def _words(one: Grounded) -> str:
    return " ".join(re.findall(r"\w+", str(one.value).casefold()))


def _why(grounded: Sequence[Grounded]) -> str:
    return grounded[0].evidence.note if grounded else "no_candidate"


def _calibrated(one: Grounded, document_type: DocumentType, rule: FieldRule, calibration: Calibration) -> Evidence:
    if one.value is None:
        return one.evidence
    sure = min(calibration.confidence(document_type.name, rule.name, one.evidence.confidence), one.most)
    return _with_confidence(one, sure).evidence


def _with_confidence(one: Grounded, confidence: float) -> Grounded:
    return replace(one, evidence=one.evidence.model_copy(update={"confidence": round(confidence, 4)}))
