"""Softmax, prototypes and phrases from labelled documents: what a head knows before it is calibrated."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression

from processors.classify.guard import Guard
from processors.classify.head import Head
from processors.forge.classifier import characteristic
from processors.forge.classifier.vectors import Vectors
from processors.text_encoder.port import Floats

Mask = NDArray[np.bool_]
SEED = 7
#: Inverse strength of the ridge on the softmax: 3 gave more unknowns, 100 no more right answers (cross-validation).
INVERSE_RIDGE = 30.0
#: Cluster centres kept of each type. All documents as prototypes were no better (cross-validation), and a file that
#: travels should hold as few vectors of single documents as possible.
PROTOTYPES = 12


def fit(data: Vectors, rows: Mask) -> Head:
    """A head from some rows; neither calibrated nor guarded yet (temperature 1, no limits, no floors).

    Raises:
        ValueError: there are not two types among the rows.
    """
    names = sorted(set(data.types[rows].tolist()))
    if len(names) < 2:
        raise ValueError("a classifier needs documents of at least two types")
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
    count = len(names)
    guard = Guard(
        prototypes=np.concatenate(centres),
        owners=np.repeat(np.arange(count), [len(c) for c in centres]),
        limits=np.full(count, 2.0, np.float32),
        phrases=characteristic.find([data.terms[i] for i in np.flatnonzero(rows)], data.types[rows], names),
        floors=np.zeros(count, np.float32),
        acceptance=np.zeros((count, 3), np.float32),
    )
    return Head(tuple(names), weights, bias, temperature=1.0, threshold=0.0, guard=guard)


def _centres(vectors: Floats) -> Floats:
    if len(vectors) <= PROTOTYPES:
        return vectors
    centres = KMeans(PROTOTYPES, n_init=1, random_state=SEED).fit(vectors).cluster_centers_
    unit: Floats = (centres / np.linalg.norm(centres, axis=1, keepdims=True)).astype(np.float32)
    return unit
