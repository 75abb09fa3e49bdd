"""Fitting a head: softmax, guard, temperature and threshold, each on documents that it has not seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression

from processors.classify.head import Guard, Head, softmax
from processors.classify.port import Floats
from processors.forge.vectors import Names, Vectors, folds

Mask = NDArray[np.bool_]
SEED = 7
FOLDS = 5
#: Inverse strength of the ridge on the softmax: 3 gave more unknowns, 100 no more right answers (cross-validation).
INVERSE_RIDGE = 30.0
#: Cluster centres kept of each type. All documents as prototypes were no better (cross-validation), and a file that
#: travels should hold as few vectors of single documents as possible.
PROTOTYPES = 12
#: The guard lets this share of held-out documents of a type pass.
GUARD_QUANTILE = 0.995
#: No limit is tighter: forms that are nearly equal would else refuse next year's edition of themselves. Documents
#: of foreign kinds begin at 0.35 (cross-validation).
LEAST_LIMIT = 0.30
#: Share of wrong types among typed documents that the threshold may let through. Half of it doubled the unknowns.
ALLOWED_ERROR = 0.01
THRESHOLDS = np.arange(0.50, 0.951, 0.01)
#: Candidates, 2 % apart: finer than a few hundred documents can tell.
TEMPERATURES = np.geomspace(0.1, 10.0, 233)


@dataclass(frozen=True)
class HeldOut:
    """What heads said about rows that they had not seen, in the rows' order."""

    #: uncalibrated, shape (rows, types)
    logits: Floats
    #: cosine distance to the nearest prototype of the best type, shape (rows,)
    distances: Floats
    #: which fold held the row out, shape (rows,)
    fold: NDArray[np.int64]


def train(data: Vectors, rest: str) -> Head:
    """A head for all types in `data`, calibrated on held-out documents."""
    everything = np.ones(len(data.types), bool)
    head = fit(data, everything)
    right = np.searchsorted(head.types, data.types)
    seen = hold_out(data, head.types, data.documents)
    limits = _limits(seen, right, len(head.types))
    # Calibrated as if every kind of the rest were new: confidence must mean something there too.
    strange = hold_out(data, head.types, kinds(data, rest))
    temperature = fit_temperature(strange.logits, right)
    head = replace(head, temperature=temperature, guard=replace(head.guard, limits=limits))
    return replace(head, threshold=_threshold(head, strange, right))


def kinds(data: Vectors, rest: str) -> Names:
    """Groups that hold out a whole label at a time where the type is `rest`, and a document at a time elsewhere."""
    return np.where(data.types == rest, data.labels, data.documents)


def fit(data: Vectors, rows: Mask) -> Head:
    """Softmax and prototypes from some rows; neither calibrated nor guarded yet (temperature 1, no limits)."""
    names = sorted(set(data.types[rows].tolist()))
    extra = rows[data.extra_row] if len(data.extra_row) else np.zeros(0, bool)
    vectors = np.concatenate([data.whole[rows], data.extra[extra]]) if extra.any() else data.whole[rows]
    targets = np.concatenate([data.types[rows], data.types[data.extra_row[extra]]])
    # Balanced: the number of examples says how the data set was made, not how often a type arrives.
    model = LogisticRegression(C=INVERSE_RIDGE, max_iter=3000, class_weight="balanced").fit(vectors, targets)
    weights: Floats = np.asarray(model.coef_, np.float32)
    bias: Floats = np.asarray(model.intercept_, np.float32)
    if len(names) == 2:  # for two classes scikit-learn fits one row, the difference
        weights, bias = np.concatenate([-weights, weights]), np.concatenate([-bias, bias])
        weights, bias = (weights / 2).astype(np.float32), (bias / 2).astype(np.float32)
    centres = [_centres(vectors[targets == name]) for name in names]
    guard = Guard(
        prototypes=np.concatenate(centres),
        owners=np.repeat(np.arange(len(names)), [len(c) for c in centres]),
        limits=np.full(len(names), 2.0, np.float32),
    )
    return Head(tuple(names), weights, bias, temperature=1.0, threshold=0.0, guard=guard)


def hold_out(data: Vectors, types: tuple[str, ...], groups: Names) -> HeldOut:
    """Cross-validate: every row judged by a head that saw no row of its group."""
    count = len(data.types)
    logits = np.full((count, len(types)), -30.0, np.float32)
    distances, fold = np.full(count, 2.0, np.float32), np.zeros(count, np.int64)
    for number, held in enumerate(folds(groups, FOLDS, SEED)):
        head = fit(data, ~held)
        # A type with no document outside the fold keeps its logit of -30: the head cannot choose it.
        columns = np.searchsorted(types, head.types)
        for row in np.flatnonzero(held):
            scores = head.logits(data.whole[row])
            logits[row, columns] = scores
            distances[row] = head.guard.distance(data.whole[row], int(np.argmax(scores)))
            fold[row] = number
    return HeldOut(logits, distances, fold)


def fit_temperature(logits: Floats, right: NDArray[np.int64]) -> float:
    """The temperature under which the right types are most likely."""

    def surprise(temperature: float) -> float:
        chances = softmax((logits / temperature).astype(np.float32))
        return -float(np.log(chances[np.arange(len(right)), right] + 1e-9).mean())

    return round(float(min(TEMPERATURES, key=surprise)), 4)


def _centres(vectors: Floats) -> Floats:
    if len(vectors) <= PROTOTYPES:
        return vectors
    centres = KMeans(PROTOTYPES, n_init=1, random_state=SEED).fit(vectors).cluster_centers_
    unit: Floats = (centres / np.linalg.norm(centres, axis=1, keepdims=True)).astype(np.float32)
    return unit


def _limits(seen: HeldOut, right: NDArray[np.int64], count: int) -> Floats:
    """By type, how far held-out documents that were typed rightly lie from the prototypes."""
    hit = seen.logits.argmax(axis=1) == right
    return np.array(list(_type_limits(seen.distances, hit, right, count)), np.float32)


def _type_limits(distances: Floats, hit: Mask, right: NDArray[np.int64], count: int) -> Iterator[float]:
    for number in range(count):
        own = distances[hit & (right == number)]
        yield max(float(np.quantile(own, GUARD_QUANTILE)), LEAST_LIMIT) if len(own) else LEAST_LIMIT


def _threshold(head: Head, held: HeldOut, right: NDArray[np.int64]) -> float:
    """The lowest threshold at which at most `ALLOWED_ERROR` of the typed documents are typed wrongly."""
    chances = softmax(held.logits / head.temperature)
    best = chances.argmax(axis=1)
    confident = np.where(held.distances <= head.guard.limits[best], chances.max(axis=1), 0.0)
    for threshold in THRESHOLDS:
        typed = confident >= threshold
        if (typed & (best != right)).sum() <= ALLOWED_ERROR * typed.sum():
            return round(float(threshold), 2)
    return round(float(THRESHOLDS[-1]), 2)
