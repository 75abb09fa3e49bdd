"""What a classifier is worth on labelled documents: figures for people and for gates, with intervals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from processors.classify.head import UNKNOWN, Head, Verdict
from processors.forge.classifier import typed_pages as labelled
from processors.forge.classifier.typed_pages import Progress, TypedPages, silent
from processors.forge.classifier.vectors import Vectors
from processors.text_encoder.port import Encoder

Mask = NDArray[np.bool_]
Numbers = NDArray[np.float64]

BINS = 10
#: Resamples of a bootstrap: its ends move by less than a tenth of its width from 500 on.
RESAMPLES = 1000
SEED = 7
#: The part of the resamples that an interval holds.
INTERVAL = 0.95


@dataclass(frozen=True)
class Said:
    """A labelled document and what a head that did not see it said."""

    document: str
    label: str
    #: its type; for a kind that the head was not trained on, any word that is no type of the head
    type: str
    #: the head could have known this type
    known: bool
    verdict: Verdict

    @property
    def best(self) -> str:
        """The likeliest type, whatever the threshold says."""
        return self.verdict.scores[0][0] if self.verdict.scores else UNKNOWN


def evaluate(
    head: Head,
    samples: Iterable[TypedPages],
    encoder: Encoder,
    *,
    rest: str = "other",
    split: str = "test",
    progress: Progress = silent,
) -> dict[str, Any]:
    """The figures of a head on the samples of one split, which it must not have been trained on.

    A sample whose type is none of the head's counts as a kind that it does not know.

    Raises:
        OSError: page records are missing.
        ValueError: a file holds no page records, or no sample has words.
    """
    data = labelled.read(samples, encoder, rest, split=split, progress=progress)
    return figures(list(judge(head, data)), rest)


def judge(head: Head, data: Vectors) -> Iterable[Said]:
    """What a head says about each document."""
    rows = zip(data.documents, data.labels, data.types, data.whole, data.terms, strict=True)
    for document, label, name, vector, terms in rows:
        verdict = head.judge(vector[None, :], terms)
        yield Said(str(document), str(label), str(name), str(name) in head.types, verdict)


def figures(said: Sequence[Said], rest: str) -> dict[str, Any]:
    """Accuracy, confusion, calibration and what became of kinds that were not known; see the model card for words.

    Raises:
        ValueError: nothing was said.
    """
    if not said:
        raise ValueError("there are no documents with words to judge by")
    known, strange = [one for one in said if one.known], [one for one in said if not one.known]
    found: dict[str, Any] = {"documents": len({one.document for one in said}), "texts": len(said)}
    if known:
        found["known_kinds"] = _known(known)
    if strange:
        found["unknown_kinds"] = _strange(strange, rest)
    return {**found, "confidence": _confidence(said, rest)}


def calibration_error(confidence: Numbers, hit: Mask) -> float:
    """Expected calibration error: mean gap between confidence and share of hits over ten bins of confidence."""
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = (abs(confidence[bins == b].sum() - hit[bins == b].sum()) for b in range(BINS))
    return float(sum(gaps) / len(hit))


def auroc(confidence: Numbers, hit: Mask) -> float | None:
    """How likely a right answer has more confidence than a wrong one; a tie counts half. None without a pair."""
    right, wrong = np.sort(confidence[hit]), confidence[~hit]
    if not len(right) or not len(wrong):
        return None
    above = len(right) - np.searchsorted(right, wrong, "right")
    ties = np.searchsorted(right, wrong, "right") - np.searchsorted(right, wrong, "left")
    return float((above + ties / 2).sum() / (len(right) * len(wrong)))


def _known(said: Sequence[Said]) -> dict[str, Any]:
    true, best = np.array([one.type for one in said]), np.array([one.best for one in said])
    verdict = np.array([one.verdict.type for one in said])
    groups, typed = [one.document for one in said], verdict != UNKNOWN
    return {
        "texts": len(said),
        "accuracy_of_best_type": _share(best == true),
        "accuracy_of_verdict": _share(verdict == true),
        "accuracy_of_verdict_interval": _interval((verdict == true).astype(float), groups),
        "unknown": _share(~typed),
        "wrong_among_typed": _share((verdict != true)[typed]),
        "by_type": {
            name: {
                "texts": int((true == name).sum()),
                "best_type": _share((best == true)[true == name]),
                "verdict": _share((verdict == true)[true == name]),
                "unknown": _share((~typed)[true == name]),
            }
            for name in sorted(set(true.tolist()))
        },
        "confusion": {
            name: dict(Counter(verdict[true == name].tolist()).most_common()) for name in sorted(set(true.tolist()))
        },
    }


def _strange(said: Sequence[Said], rest: str) -> dict[str, Any]:
    kept = np.array([one.verdict.type in (UNKNOWN, rest) for one in said])
    wrong = Counter(f"{one.label} as {one.verdict.type}" for one, fine in zip(said, kept, strict=True) if not fine)
    labels = np.array([one.label for one in said])
    by_kind = {str(label): _share(kept[labels == label]) for label in np.unique(labels)}
    return {
        "texts": len(said),
        "unknown": _share(np.array([one.verdict.type == UNKNOWN for one in said])),
        "unknown_or_rest": _share(kept),
        "unknown_or_rest_interval": _interval(kept.astype(float), [one.document for one in said]),
        "mean_over_kinds": round(float(np.mean(list(by_kind.values()))), 4),
        "wrong": dict(wrong.most_common()),
    }


def _confidence(said: Sequence[Said], rest: str) -> dict[str, Any]:
    """Of the likeliest type; for a kind that is not known no answer is right but the rest."""
    confidence = np.array([one.verdict.confidence for one in said])
    hit = np.array([one.best == (one.type if one.known else rest) for one in said])
    only = np.array([one.known for one in said])
    area, part = auroc(confidence, hit), auroc(confidence[only], hit[only])
    return {
        "calibration_error": round(calibration_error(confidence, hit), 4),
        "calibration_error_known_kinds": (
            round(calibration_error(confidence[only], hit[only]), 4) if only.any() else None
        ),
        "auroc": None if area is None else round(area, 4),
        "auroc_known_kinds": None if part is None else round(part, 4),
    }


def _interval(values: Numbers, groups: Sequence[str]) -> list[float]:
    """Ends of the bootstrap interval of a mean; whole documents are drawn, since texts of one are alike."""
    _, group = np.unique(groups, return_inverse=True)
    sums, counts = np.bincount(group, values), np.bincount(group)
    drawn = np.random.default_rng(SEED).integers(0, len(sums), (RESAMPLES, len(sums)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    edge = (1.0 - INTERVAL) / 2
    return [round(float(end), 4) for end in np.quantile(means, (edge, 1.0 - edge))]


def _share(hits: Mask) -> float:
    return round(float(hits.mean()), 4) if len(hits) else 0.0
