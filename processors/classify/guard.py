"""What a type must look like: a document that does not is unknown, whatever the softmax says.

A softmax must always choose: something it has never seen often gets a high probability. Distance and the printed
words do not lie in this way.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from processors.classify.phrases import Indices, Phrases
from processors.classify.terms import Terms
from processors.text_encoder.port import Floats

#: Bounds of a coverage against its floor, as a logarithm: none at all, and far more than was asked for.
_LEAST_RATIO, _MOST_RATIO = -2.0, 0.7
#: What counts for a type that has no phrases of its own: chance and distance decide.
_NEUTRAL_RATIO = 0.35
#: Below this share of its type's floor a document is none of it, as likely as the softmax may find it.
_OF_FLOOR = 0.8
#: A floor below this asks for nothing: the type has no words of its own, and coverage says nothing of it.
LEAST_FLOOR = 0.05


@dataclass(frozen=True)
class Evidence:
    """What speaks for the best type of a document."""

    #: index of the best type
    kind: int
    #: cosine distance, 0 to 2, to the nearest prototype of the type
    distance: float
    #: weight of the type's phrases that stand in the document, 0 to 1
    coverage: float


@dataclass(frozen=True)
class Guard:
    """Knows how far from its kind a document may lie, and how much of what is printed on its kind it must show."""

    #: unit vectors, cluster centres of each type's training documents, shape (prototypes, 384)
    prototypes: Floats
    #: index of the type that each prototype belongs to, shape (prototypes,)
    owners: Indices
    #: by type, the distance to its nearest prototype beyond which a document is none of it, shape (types,)
    limits: Floats
    phrases: Phrases
    #: by type, the coverage that its thinnest documents have; against it coverage is weighed, shape (types,)
    floors: Floats
    #: by type, weights of `features` under the logistic function, shape (types, 3)
    acceptance: Floats

    def distance(self, vector: Floats, kind: int) -> float:
        """Cosine distance of a unit vector, shape (384,), to the nearest prototype of type number `kind`."""
        return float(1.0 - np.max(self.prototypes[self.owners == kind] @ vector))

    def evidence(self, chances: Floats, vector: Floats, terms: Terms) -> Evidence:
        """What speaks for the likeliest type; chances of shape (types,), the document's unit vector and terms."""
        kind = int(np.argmax(chances))
        return Evidence(kind, self.distance(vector, kind), self.phrases.coverage(terms, kind))

    def allows(self, evidence: Evidence) -> bool:
        """Whether the document lies within the limit of its best type and shows enough of what is printed on it."""
        near = evidence.distance <= self.limits[evidence.kind]
        return bool(near and evidence.coverage >= _OF_FLOOR * self.floors[evidence.kind])

    def known(self, evidence: Evidence) -> float:
        """How likely it is that the document is of a kind that was trained at all, 0 to 1."""
        kind = evidence.kind
        x = features(evidence, float(self.limits[kind]), float(self.floors[kind]))
        return 1.0 / (1.0 + math.exp(-float(np.clip(self.acceptance[kind] @ x, -30.0, 30.0))))


def features(evidence: Evidence, limit: float, floor: float) -> NDArray[np.float64]:
    """A constant, coverage against its floor (a logarithm), distance against its limit; shape (3,)."""
    ratio = _NEUTRAL_RATIO
    if floor >= LEAST_FLOOR:
        ratio = min(max(math.log(max(evidence.coverage, 1e-9) / floor), _LEAST_RATIO), _MOST_RATIO)
    return np.array([1.0, ratio, evidence.distance / max(limit, 1e-6)])
