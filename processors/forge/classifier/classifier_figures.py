"""What a classifier is worth on a part of a dataset, by what the stage itself would have said of each document.

The figures have the form that the gate reads (`gate.conditions`). A document counts as released where the stage
named a type; precision is the share of those named rightly. Micro-F1 of a type counts its documents that were found
and those that were taken for it. Intervals: percentile bootstrap over documents, paired where two models are
compared.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from processors.classify.head import UNKNOWN
from processors.classify.stage import build
from processors.config import load
from processors.events import DocumentClassified, DocumentId, DocumentRecognised, Event, Original
from processors.forge.classifier.classifier_head import REST
from processors.forge.classifier.evaluate import calibration_error
from processors.forge.samples import Sample, Split, read_samples
from processors.stage import Done, Stage, Work

ROUNDS, SEED = 1_000, 20
#: found and right, said, there: what F1 is made of
Counts = NDArray[np.float64]


@dataclass(frozen=True)
class Said:
    """What was said of a document."""

    name: str
    wanted: str
    #: a type, or "unknown"
    type: str
    confidence: float


def evaluate(model: Path, dataset: Path, split: str, champion: Path | None = None) -> dict[str, Any]:
    """Figures of the classifier in a models folder, beside that in the champion's.

    Raises:
        ValueError: there is nothing in this part of the dataset.
    """
    samples = list(read_samples(dataset, (cast(Split, split),)))
    if not samples:
        raise ValueError(f"the part {split} holds no document")
    ours = said(model, samples, dataset)
    theirs = said(champion, samples, dataset) if champion else None
    types = sorted({sample.type for sample in samples})
    return {
        "split": split,
        "all": figures(ours, theirs, types),
        "types": {name: figures(ours, theirs, [name]) for name in types if name != REST},
        "worst": [],
    }


def said(models: Path, samples: Sequence[Sample], dataset: Path) -> list[Said]:
    """What the stage says of each document with the classifier of a models folder."""
    stage = build(replace(load(), models=models))
    return [_said(stage, sample, dataset) for sample in samples]


def figures(ours: Sequence[Said], theirs: Sequence[Said] | None, types: Sequence[str]) -> dict[str, Any]:
    """Figures over some types, of documents of these types and of those taken for them."""
    mine = [one for one in ours if one.wanted in types or one.type in types]
    named = [one for one in mine if one.type != UNKNOWN and one.type in types]
    wrong = sum(one.type != one.wanted for one in named)
    sure = np.array([one.confidence for one in named], np.float64)
    right = np.array([one.type == one.wanted for one in named], np.bool_)
    counts = _counts(ours, types)
    return {
        "documents": sum(one.wanted in types for one in ours),
        "micro_f1": _interval(_f1(counts, once=True), _f1(counts)),
        "difference": _difference(counts, _counts(theirs, types)) if theirs else None,
        "released": {
            "values": len(named),
            "wrong": wrong,
            "precision": round(1 - wrong / len(named), 4) if named else None,
        },
        "coverage": round(len(named) / len(mine), 4) if mine else None,
        "ece": round(calibration_error(sure, right), 4) if named else None,
    }


def _counts(documents: Sequence[Said], types: Sequence[str]) -> Counts:
    """Shape (documents, 3)."""
    return np.array(
        [
            (one.type == one.wanted and one.wanted in types, one.type in types, one.wanted in types)
            for one in documents
        ],
        np.float64,
    )


def _f1(counts: Counts, *, once: bool = False) -> NDArray[np.float64]:
    """F1 of every round of the bootstrap, or of the documents as they are."""
    size = len(counts)
    weights = np.ones((1, size))
    if not once:
        draws = np.random.default_rng(SEED).integers(0, size, (ROUNDS, size))
        weights = np.apply_along_axis(np.bincount, 1, draws, minlength=size).astype(np.float64)
    right, claimed, there = (weights @ counts).T
    return np.asarray(2 * right / np.maximum(claimed + there, 1.0), np.float64)


def _difference(ours: Counts, theirs: Counts) -> dict[str, float]:
    return _interval(_f1(ours, once=True) - _f1(theirs, once=True), _f1(ours) - _f1(theirs))


def _interval(value: NDArray[np.float64], drawn: NDArray[np.float64]) -> dict[str, float]:
    low, high = np.percentile(drawn, (2.5, 97.5))
    return {"value": round(float(value[0]), 4), "low": round(float(low), 4), "high": round(float(high), 4)}


def _said(stage: Stage, sample: Sample, dataset: Path) -> Said:
    original = Original(bucket="training", key=sample.name, version_id="1", size=0)
    data = DocumentRecognised(document=DocumentId(id=sample.name, agency="training", original=original), pages=1)
    epoch = datetime.fromtimestamp(0, tz=UTC)  # never published
    event: Event[DocumentRecognised] = Event(
        id=sample.name, type=data.TYPE, source="/chancery/forge", time=epoch, data=data
    )
    with tempfile.TemporaryDirectory() as scratch:
        outcome = stage.process(Work(event, {"pages": sample.pages(dataset)}, Path(scratch)))
    assert isinstance(outcome, Done)
    classified = cast(DocumentClassified, outcome.events[0].data)
    return Said(sample.name, sample.type, classified.type, classified.confidence)
