"""Learning from kinds that were left out what a document of a kind that nobody trained looks like."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from processors.classify.guard import Guard, features
from processors.forge.classifier.held_out import HeldOut
from processors.text_encoder.port import Floats

#: All strange kinds together weigh this much of all known documents: one document in eight that arrives is of a
#: kind that nobody trained. Each kind weighs the same, whether it has one document or five hundred. 0.25 made
#: documents of known kinds less confident than they are right (cross-validation).
STRANGE_SHARE = 0.15
#: Wrongly taken documents below which nothing can be learned from them.
LEAST_STRANGE = 8
#: What was learned on the development set, of constant, coverage and distance. Used where an agency's documents
#: show too few strange ones.
USUAL = (3.8, 2.2, 0.0)
#: Signs that the weights must have: coverage never speaks against a type, distance never for it. The softmax's
#: chance is no evidence here: it multiplies what is learned, and counted twice it hides what is missing
#: (cross-validation).
SIGNS = np.array([0, 1, -1])
#: Of the rest nothing can be strange: it is what kinds are that we do not know.
REST = (30.0, 0.0, 0.0)
INVERSE_RIDGE = 100.0


def weigh(held: HeldOut) -> NDArray[np.float64]:
    """The weight of each row: 1 of a known kind; strange kinds share `STRANGE_SHARE` of the weight of those."""
    weights = np.ones(len(held.rows))
    names, group, sizes = np.unique(held.strange, return_inverse=True, return_counts=True)
    strange = held.strange != ""
    groups = int((names != "").sum())
    if groups:
        weights[strange] = STRANGE_SHARE * float((~strange).sum()) / groups / sizes[group[strange]]
    return weights


def fit(held: HeldOut, guard: Guard, temperature: float, rest: int) -> Floats:
    """By type, the weights of its evidence, shape (types, 3); all types share them but the rest."""
    count = len(guard.limits)
    rows, hits, weights = [], [], []
    for (_, evidence), right, weight in zip(held.evidence(temperature), held.right, weigh(held), strict=True):
        kind = evidence.kind
        if kind != rest:
            rows.append(features(evidence, float(guard.limits[kind]), float(guard.floors[kind])))
            hits.append(kind == right)
            weights.append(weight)
    shared = _logistic(np.array(rows), np.array(hits), np.array(weights))
    acceptance = np.tile(shared.astype(np.float32), (count, 1))
    if rest >= 0:
        acceptance[rest] = REST
    return acceptance


def _logistic(x: NDArray[np.float64], hit: NDArray[np.bool_], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    if len(hit) == 0 or min((~hit).sum(), hit.sum()) < LEAST_STRANGE:
        return np.array(USUAL)
    learned, kept = np.zeros(3), np.arange(1, 3)
    while len(kept):
        model = LogisticRegression(C=INVERSE_RIDGE, max_iter=1000).fit(x[:, kept], hit, sample_weight=weights)
        wrong = model.coef_[0] * SIGNS[kept] < 0
        if not wrong.any():
            learned[0], learned[kept] = model.intercept_[0], model.coef_[0]
            return learned
        kept = kept[~wrong]
    return np.array(USUAL)
