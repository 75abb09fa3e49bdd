"""Training a head: temperature, limits, floors and acceptance, each on documents not seen before."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from processors.classify.guard import LEAST_FLOOR
from processors.classify.head import Head, softmax
from processors.forge.classifier import acceptance
from processors.forge.classifier.fitting import Mask, fit
from processors.forge.classifier.held_out import HeldOut, known_and_strange
from processors.forge.classifier.typed_pages import Progress, silent
from processors.forge.classifier.vectors import Vectors
from processors.text_encoder.port import Floats

#: The guard lets this share of held-out documents of a type pass.
GUARD_QUANTILE = 0.995
#: No limit is tighter: forms that are nearly equal would else refuse next year's edition of themselves. Documents
#: of foreign kinds begin at 0.35 (cross-validation).
LEAST_LIMIT = 0.30
#: A floor is what all but this share of a type's held-out documents show of its phrases. Documents that show less
#: than `OUTLIER` of what the middle one shows are of another edition or not legible, and move no floor.
BELOW, OUTLIER = 0.01, 0.25
#: As if this many documents more had shown nothing: the thinnest of ten says little about the next hundred.
UNSEEN = 3
#: It is raised above what kinds that were left out show, at the cost of this share of the type's own documents.
ABOVE_STRANGE, MOST_BELOW = 1.1, 0.05
#: A verdict must be more likely right than not; what is released without a person is the publish stage's to decide.
THRESHOLD = 0.5
#: Candidates, 2 % apart: finer than a few hundred documents can tell.
TEMPERATURES = np.geomspace(0.1, 10.0, 233)


def train(data: Vectors, rest: str, progress: Progress = silent) -> Head:
    """A head for all types in `data`, calibrated on held-out documents and kinds.

    Raises:
        ValueError: there are not two types.
    """
    # One thread: on such small matrices several spend ten times the CPU on waiting for each other, and the last
    # digits of the sums, hence the head, would depend on how many there are.
    with threadpool_limits(1):
        head = fit(data, np.ones(len(data.types), bool))
        held = known_and_strange(data, head.types, rest, progress)
    number = head.types.index(rest) if rest in head.types else -1
    return calibrated(head, held, number)


def calibrated(head: Head, held: HeldOut, rest: int) -> Head:
    """The head with all that is learned from documents that it has not seen; `rest` is the index of that type."""
    count, known = len(head.types), held.right >= 0
    # Calibrated as if every kind of the rest were new: confidence must mean something there too.
    temperature = fit_temperature(held.logits[known], held.right[known])
    guard = replace(
        head.guard,
        limits=np.array([_limit(held, kind) for kind in range(count)], np.float32),
        floors=np.array([0.0 if kind == rest else _floor(held, kind) for kind in range(count)], np.float32),
    )
    guard = replace(guard, acceptance=acceptance.fit(held, guard, temperature, rest))
    return replace(head, temperature=temperature, threshold=THRESHOLD, guard=guard)


def fit_temperature(logits: Floats, right: NDArray[np.int64]) -> float:
    """The temperature under which the right types are most likely."""

    def surprise(temperature: float) -> float:
        chances = softmax((logits / temperature).astype(np.float32))
        return -float(np.log(chances[np.arange(len(right)), right] + 1e-9).mean())

    return round(float(min(TEMPERATURES, key=surprise)), 4)


def _own(held: HeldOut, kind: int) -> Mask:
    """Rows of a type that were typed rightly."""
    own: Mask = (held.right == kind) & (held.logits.argmax(axis=1) == kind)
    return own


def _limit(held: HeldOut, kind: int) -> float:
    """How far held-out documents of a type lie from its prototypes."""
    own = held.distances[_own(held, kind)]
    return max(float(np.quantile(own, GUARD_QUANTILE)), LEAST_LIMIT) if len(own) else LEAST_LIMIT


def _floor(held: HeldOut, kind: int) -> float:
    """How much of a type's phrases its own held-out documents show, and documents of strange kinds do not."""
    own = held.coverages[_own(held, kind)]
    taken = (held.logits.argmax(axis=1) == kind) & (held.right != kind) & (held.strange != "")
    if not len(own):
        return 0.0
    # The strangest tenth of one look-alike is one document; the one above it must not move the floor alone.
    strange = float(np.quantile(held.coverages[taken], 0.98)) * ABOVE_STRANGE if taken.any() else 0.0
    usual = own[own >= OUTLIER * np.median(own)]
    least, most = (float(np.quantile(usual, share)) for share in (BELOW, MOST_BELOW))
    floor = max(least * len(own) / (len(own) + UNSEEN), min(strange, most))
    return floor if floor >= LEAST_FLOOR else 0.0
