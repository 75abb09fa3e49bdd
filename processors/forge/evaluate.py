"""What a classifier is worth, by cross-validation: documents nobody showed it, and whole kinds nobody showed it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from processors.classify.head import UNKNOWN, Head, softmax
from processors.classify.port import Floats
from processors.forge.training import HeldOut, fit, hold_out, kinds
from processors.forge.vectors import Vectors

BINS = 10


def report(data: Vectors, head: Head, rest: str) -> dict[str, Any]:
    """Figures for people and for gates, as JSON.

    Softmax and prototypes are fitted anew without the documents that they judge. Temperature, threshold and guard
    limits are those of `head`, single numbers chosen on the same documents, so the figures flatter it a little.
    """
    seen = hold_out(data, head.types, data.documents)
    strange = hold_out(data, head.types, kinds(data, rest))
    new_kinds = data.types == rest
    return {
        "documents": len(set(data.documents.tolist())),
        "texts": dict(sorted(Counter(data.types.tolist()).items())),
        "new_documents": _figures(head, seen, data),
        "new_kinds_of_rest": _new_kinds(verdicts(head, strange)[new_kinds], data.labels[new_kinds], rest),
        "own_types_as_new_kinds": _own_types(data, head, rest),
    }


def verdicts(head: Head, held: HeldOut) -> NDArray[np.str_]:
    """What the stage would have said of held-out rows: threshold and guard applied."""
    chances = softmax(held.logits / head.temperature)
    best = chances.argmax(axis=1)
    sure = (chances.max(axis=1) >= head.threshold) & (held.distances <= head.guard.limits[best])
    return np.where(sure, np.array(head.types)[best], UNKNOWN)


def calibration_error(confidence: Floats, hit: NDArray[np.bool_]) -> float:
    """Expected calibration error: mean gap between confidence and share of hits over ten bins of confidence."""
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = (abs(confidence[bins == b].sum() - hit[bins == b].sum()) for b in range(BINS))
    return float(sum(gaps) / len(hit))


def _figures(head: Head, held: HeldOut, data: Vectors) -> dict[str, Any]:
    chances = softmax(held.logits / head.temperature)
    best = np.array(head.types)[chances.argmax(axis=1)]
    said = verdicts(head, held)
    typed = said != UNKNOWN
    hit = best == data.types
    return {
        "accuracy_of_best_type": _share(hit),
        "accuracy_of_verdict": _share(said == data.types),
        "unknown": _share(~typed),
        "wrong_among_typed": _share((said != data.types)[typed]),
        "calibration_error": round(calibration_error(chances.max(axis=1), hit), 4),
        "by_type": {
            name: {
                "texts": int((data.types == name).sum()),
                "best_type": _share(hit[data.types == name]),
                "verdict": _share((said == name)[data.types == name]),
                "unknown": _share((~typed)[data.types == name]),
            }
            for name in head.types
        },
        "confusion": {name: dict(Counter(said[data.types == name].tolist()).most_common()) for name in head.types},
    }


def _new_kinds(said: NDArray[np.str_], labels: NDArray[np.str_], rest: str) -> dict[str, Any]:
    wrong = ~np.isin(said, (UNKNOWN, rest))
    mistakes = Counter(f"{label} as {name}" for label, name in zip(labels[wrong], said[wrong], strict=True))
    return {
        "texts": len(said),
        "wrongly_typed": int(wrong.sum()),
        "not_wrongly_typed": _share(~wrong),
        "wrong": dict(mistakes.most_common()),
    }


def _own_types(data: Vectors, head: Head, rest: str) -> dict[str, Any]:
    """Each of our types held out whole, as if it were a kind that we do not know."""
    return {name: _as_new(data, head, name, rest) for name in head.types if name != rest and len(head.types) > 2}


def _as_new(data: Vectors, head: Head, name: str, rest: str) -> dict[str, Any]:
    rows = data.types == name
    part = fit(data, ~rows)
    old = np.searchsorted(head.types, part.types)
    logits = np.full((int(rows.sum()), len(head.types)), -30.0, np.float32)
    distances = np.zeros(len(logits), np.float32)
    for index, vector in enumerate(data.whole[rows]):
        scores = part.logits(vector)
        logits[index, old] = scores
        distances[index] = part.guard.distance(vector, int(np.argmax(scores)))
    said = verdicts(head, HeldOut(logits, distances, np.zeros(len(logits), np.int64)))
    wrong = ~np.isin(said, (UNKNOWN, rest))
    return {"not_wrongly_typed": _share(~wrong), "wrong": dict(Counter(said[wrong].tolist()).most_common())}


def _share(hits: NDArray[np.bool_]) -> float:
    return round(float(hits.mean()), 4) if len(hits) else 0.0
