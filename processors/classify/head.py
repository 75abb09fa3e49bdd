"""The trained end of the classifier: from a document's vectors to a type with its probability, or to "unknown".

Plain arrays and a few lines of numpy, so that an agency's retrained head is a small file and nothing needs
compiling or unpickling.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from processors.classify.port import Floats

Indices = NDArray[np.int64]

UNKNOWN = "unknown"
FORMAT = 1


@dataclass(frozen=True)
class Guard:
    """Knows how far from its kind a document may lie; one that is further off is unknown whatever the softmax says.

    A softmax must always choose: something it has never seen often gets a high probability. Distance does not lie
    in this way.
    """

    #: unit vectors, cluster centres of each type's training documents, shape (prototypes, 384)
    prototypes: Floats
    #: index of the type that each prototype belongs to, shape (prototypes,)
    owners: Indices
    #: by type, the cosine distance, 0 to 2, to its nearest prototype beyond which a document is none of it
    limits: Floats

    def distance(self, vector: Floats, kind: int) -> float:
        """Cosine distance of a unit vector, shape (384,), to the nearest prototype of type number `kind`."""
        return float(1.0 - np.max(self.prototypes[self.owners == kind] @ vector))


@dataclass(frozen=True)
class Verdict:
    """What the head says about one document."""

    #: a type of the head, or "unknown"
    type: str
    #: calibrated probability of the best type, also when the verdict is "unknown"; 0 without text
    confidence: float
    #: every type with its probability, best first
    scores: tuple[tuple[str, float], ...]
    #: cosine distance to the nearest prototype of the best type; 2, the largest there is, without text
    distance: float


#: What is said of a document without a word on it.
NOTHING = Verdict(UNKNOWN, 0.0, (), 2.0)


@dataclass(frozen=True)
class Head:
    """A softmax over document types with a temperature, a threshold and a guard."""

    types: tuple[str, ...]
    #: shape (types, 384)
    weights: Floats
    #: shape (types,)
    bias: Floats
    #: divides the logits; fitted on held-out documents so that 0.9 means right nine times in ten
    temperature: float
    #: least probability for a verdict other than "unknown"
    threshold: float
    guard: Guard

    def judge(self, vectors: Floats) -> Verdict:
        """The verdict on a document from its windows' unit vectors, shape (windows, 384)."""
        if len(vectors) == 0:
            return NOTHING
        vector = document_vector(vectors)
        chances = softmax(self.logits(vector) / self.temperature)
        order = np.argsort(-chances, kind="stable")
        scores = tuple((self.types[i], float(chances[i])) for i in order)
        best, confidence = scores[0]
        distance = self.guard.distance(vector, int(order[0]))
        sure = confidence >= self.threshold and distance <= self.guard.limits[order[0]]
        return Verdict(best if sure else UNKNOWN, confidence, scores, distance)

    def logits(self, vector: Floats) -> Floats:
        """Uncalibrated scores of a document's unit vector, shape (types,)."""
        scores: Floats = self.weights @ vector + self.bias
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


def save(head: Head, folder: Path) -> None:
    """Write `head.npz` (arrays) and `head.json` (names and numbers, for people too)."""
    folder.mkdir(parents=True, exist_ok=True)
    guard = head.guard
    np.savez(
        folder / "head.npz",
        weights=head.weights,
        bias=head.bias,
        prototypes=guard.prototypes,
        owners=guard.owners,
        limits=guard.limits,
    )
    about = {
        "format": FORMAT,
        "types": head.types,
        "temperature": head.temperature,
        "threshold": head.threshold,
        "distance_limits": {name: round(float(v), 4) for name, v in zip(head.types, guard.limits, strict=True)},
    }
    (folder / "head.json").write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")


def load(folder: Path) -> Head:
    """Read what `save` wrote.

    Raises:
        ValueError: the files do not fit together or are of another format.
    """
    about: dict[str, Any] = json.loads((folder / "head.json").read_text(encoding="utf-8"))
    if about.get("format") != FORMAT:
        raise ValueError(f"head.json is of format {about.get('format')}, not {FORMAT}")
    # allow_pickle=False: a model file is data; loading it must never run code.
    with np.load(folder / "head.npz", allow_pickle=False) as arrays:
        head = Head(
            types=tuple(str(name) for name in about["types"]),
            weights=np.asarray(arrays["weights"], np.float32),
            bias=np.asarray(arrays["bias"], np.float32),
            temperature=float(about["temperature"]),
            threshold=float(about["threshold"]),
            guard=Guard(
                prototypes=np.asarray(arrays["prototypes"], np.float32),
                owners=np.asarray(arrays["owners"], np.int64),
                limits=np.asarray(arrays["limits"], np.float32),
            ),
        )
    _check(head)
    return head


def _check(head: Head) -> None:
    count, width = len(head.types), head.weights.shape[-1]
    guard = head.guard
    fits = (
        head.weights.shape == (count, width)
        and head.bias.shape == (count,)
        and guard.limits.shape == (count,)
        and guard.prototypes.shape == (len(guard.owners), width)
        and set(guard.owners.tolist()) == set(range(count))
    )
    if not fits:
        raise ValueError("head.npz does not fit head.json")


def digest(folder: Path) -> str:
    """Sha256 over encoder, tokenizer and head: changes when any of them does."""
    total = hashlib.sha256()
    for name in ("encoder.onnx", "tokenizer.json", "head.npz", "head.json"):
        with (folder / name).open("rb") as content:
            total.update(hashlib.file_digest(content, "sha256").digest())
    return total.hexdigest()
