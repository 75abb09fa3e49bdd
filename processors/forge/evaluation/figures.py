"""Documents summed up: scores with intervals, what a confidence is worth, what would be released."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from processors.forge.evaluation import confidence, intervals
from processors.forge.evaluation.confidence import Belief, Point
from processors.forge.evaluation.judging import MEASURES, Judged
from processors.forge.evaluation.scoring.counts import Counts, total

#: the measure that gates and reports go by
TYPED = "typed"


def figures(judged: Sequence[Judged]) -> dict[str, Any]:
    """All figures of some documents, of one type or several, as JSON.

    F1 counts every value whatever its confidence; "released" counts values that nobody would look at.
    """
    believed = beliefs(judged)
    curve = confidence.curve(believed)
    fields = by_field(judged)
    return {
        "documents": len(judged),
        "micro_f1": _json(intervals.f1(counts(judged))),
        "micro_f1_legible": _json(intervals.f1(counts(judged, legible=True))),
        "macro_f1": _rounded(sum(one["f1"] for one in fields.values()) / len(fields)) if fields else None,
        "scores": {measure: _json(intervals.f1(counts(judged, measure))) for measure in MEASURES},
        "anls": _json(intervals.mean([one.anls for one in judged])),
        "fields": fields,
        "auroc": _rounded(confidence.auroc(believed)),
        "auroc_interval": _json(intervals.order(believed)),
        "ece": _rounded(confidence.ece(believed)),
        "bins": [[_rounded(b.confidence), _rounded(b.precision), b.values] for b in confidence.bins(believed)],
        "curve": [[_rounded(p.coverage), _rounded(p.risk)] for p in confidence.thinned(curve)],
        "review": review(curve, len(believed)),
        **released(judged),
    }


def counts(judged: Sequence[Judged], measure: str = TYPED, *, legible: bool = False) -> list[Counts]:
    """One count a document; of legible fields alone where asked for."""
    return [
        total(count for name, count in one.counts[measure].items() if not legible or name in one.legible)
        for one in judged
    ]


def by_field(judged: Sequence[Judged]) -> dict[str, dict[str, Any]]:
    """Scores of each field by Chancery's own measure, "type/field" where there are several types."""
    several = len({one.type for one in judged}) > 1
    found: dict[str, list[Counts]] = {}
    for one in judged:
        for name, count in one.counts[TYPED].items():
            found.setdefault(f"{one.type}/{name}" if several else name, []).append(count)
    rows = {}
    for name, mine in found.items():
        whole = total(mine)
        estimate = intervals.f1(mine)
        rows[name] = {
            "labelled": whole.labelled,
            "read": whole.read,
            "right": whole.right,
            "precision": _rounded(whole.precision),
            "recall": _rounded(whole.recall),
            "f1": _rounded(whole.f1),
            "low": _rounded(estimate.low) if estimate else None,
            "high": _rounded(estimate.high) if estimate else None,
        }
    return rows


def beliefs(judged: Sequence[Judged]) -> list[Belief]:
    """Confidence and truth of every value whose field is labelled."""
    return [
        Belief(value.confidence, value.right, one.document.name)
        for one in judged
        for value in one.values
        if value.right is not None
    ]


def released(judged: Sequence[Judged]) -> dict[str, Any]:
    """What nobody would look at: values at or above their type's threshold, and documents without any doubt."""
    values = [value for one in judged for value in one.values]
    sure = [value for value in values if value.sure]
    known = [value.right for value in sure if value.right is not None]
    wrong = known.count(False)
    whole = [one for one in judged if one.released]
    return {
        "coverage": _rounded(len(sure) / len(values)) if values else None,
        "released": {
            "values": len(sure),
            "of": len(values),
            "labelled": len(known),
            "wrong": wrong,
            "precision": _rounded(1 - wrong / len(known)) if known else None,
            "wrong_at_most": _rounded(confidence.most_likely_wrong(wrong, len(known))),
            "ungrounded": sum(not value.grounded for value in sure),
        },
        "ungrounded": sum(not value.grounded for value in values),
        "schema_valid": _rounded(sum(one.fits for one in judged) / len(judged)) if judged else None,
        "whole": {
            "documents": len(whole),
            "of": len(judged),
            "with_wrong": sum(any(value.right is False for value in one.values) for one in whole),
            "lacking": sum(one.lacking for one in whole),
        },
    }


def review(curve: Sequence[Point], values: int) -> dict[str, Any]:
    """How much a person must look at so that few released values are wrong, in numbers and as a sentence."""
    point = confidence.bearable(curve)
    bound = f"{confidence.BEARABLE:.0%}"
    if not values:
        sentence = "Nothing was read, so there is nothing to release."
    elif point is None:
        sentence = (
            f"To have at most {bound} wrong released values, review every value: no confidence is high enough."
        )
    else:
        share, whole = 1 - point.coverage, 1 - point.documents
        sentence = (
            f"To have at most {bound} wrong released values, review {share:.0%} of the values "
            f"(something in {whole:.0%} of the documents): all below a confidence of {point.threshold:.3f}."
        )
    return {
        "bearable": confidence.BEARABLE,
        "threshold": _rounded(point.threshold) if point else None,
        "values": _rounded(1 - point.coverage) if point else 1.0,
        "documents": _rounded(1 - point.documents) if point else 1.0,
        "sentence": sentence,
    }


def by_type(judged: Sequence[Judged]) -> dict[str, list[Judged]]:
    """The documents of each type, types by name."""
    found: dict[str, list[Judged]] = {}
    for one in sorted(judged, key=lambda one: one.type):
        found.setdefault(one.type, []).append(one)
    return found


def difference(ours: Sequence[Judged], theirs: Sequence[Judged]) -> dict[str, float] | None:
    """Micro-F1 of ours less theirs, on the documents that both read."""
    other: Mapping[str, Judged] = {one.document.name: one for one in theirs}
    pairs = [(one, other[one.document.name]) for one in ours if one.document.name in other]
    mine, yours = [one for one, _ in pairs], [one for _, one in pairs]
    return _json(intervals.f1_difference(counts(mine), counts(yours)))


def _json(estimate: intervals.Estimate | None) -> dict[str, float] | None:
    return estimate.to_json() if estimate else None


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 4)
