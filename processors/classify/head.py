"""The trained end of the classifier: from a document's vectors and terms to a probable type, or to "unknown".

Plain arrays and a few lines of numpy, so that an agency's retrained head is a small file and nothing needs
compiling or unpickling.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from processors.classify.guard import Evidence, Guard
from processors.classify.terms import Terms
from processors.text_encoder.port import Floats

UNKNOWN = "unknown"


@dataclass(frozen=True)
class Verdict:
    """What the head says about one document."""

    #: a type of the head, or "unknown"
    type: str
    #: calibrated probability that the best type is right, also when the verdict is "unknown"; 0 without text
    confidence: float
    #: every type with its probability, best first; what is missing to 1 is the chance of a kind never trained
    scores: tuple[tuple[str, float], ...]
    #: cosine distance to the nearest prototype of the best type; 2, the largest there is, without text
    distance: float
    #: weight of the best type's phrases that stand in the document, 0 to 1
    coverage: float


#: What is said of a document without a word on it.
NOTHING = Verdict(UNKNOWN, 0.0, (), 2.0, 0.0)


@dataclass(frozen=True)
class Head:
    """A softmax over document types with a temperature, a guard and a threshold."""

    types: tuple[str, ...]
    #: shape (types, 384)
    weights: Floats
    #: shape (types,)
    bias: Floats
    #: divides the logits; fitted on held-out documents so that 0.9 means right nine times in ten
    temperature: float
    #: least confidence for a verdict other than "unknown"
    threshold: float
    guard: Guard

    def judge(self, vectors: Floats, terms: Terms) -> Verdict:
        """The verdict on a document from its windows' unit vectors, shape (windows, 384), and its terms."""
        if len(vectors) == 0:
            return NOTHING
        vector = document_vector(vectors)
        chances = softmax(self.logits(vector) / self.temperature)
        return self.decide(chances, self.guard.evidence(chances, vector, terms))

    def decide(self, chances: Floats, evidence: Evidence) -> Verdict:
        """The verdict from the softmax, shape (types,), and what speaks for its best type."""
        known = self.guard.known(evidence)
        scores = tuple((self.types[i], known * float(chances[i])) for i in np.argsort(-chances, kind="stable"))
        best, confidence = scores[0]
        sure = confidence >= self.threshold and self.guard.allows(evidence)
        return Verdict(best if sure else UNKNOWN, confidence, scores, evidence.distance, evidence.coverage)

    def logits(self, vector: Floats) -> Floats:
        """Uncalibrated scores of one unit vector, shape (types,), or of several, shape (documents, types)."""
        scores: Floats = vector @ self.weights.T + self.bias
        return scores


def document_vector(vectors: Floats) -> Floats:
    """The mean of a document's windows at unit length, shape (384,)."""
    mean = vectors.mean(axis=0)
    unit: Floats = (mean / max(float(np.linalg.norm(mean)), 1e-12)).astype(np.float32)
    return unit


def softmax(logits: Floats) -> Floats:
    """Probabilities over the last axis; the largest logit is taken off first so that nothing overflows."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    chances: Floats = (powers / powers.sum(axis=-1, keepdims=True)).astype(np.float32)
    return chances
