"""What heads say about documents that they have not seen: of kinds that they know, and of other kinds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from processors.classify.guard import Evidence
from processors.classify.head import Head, softmax
from processors.forge.classifier.fitting import SEED, Mask, fit
from processors.forge.classifier.typed_pages import Progress, silent
from processors.forge.classifier.vectors import Names, Vectors, folds
from processors.text_encoder.port import Floats

FOLDS = 5
#: A logit that no head gives: the type was not there to be chosen.
ABSENT = -30.0


@dataclass(frozen=True)
class HeldOut:
    """Rows of the data as heads judged them that had not seen them; members belong together."""

    #: row of the data, shape (n,)
    rows: NDArray[np.int64]
    #: index of the right type; -1 where it was left out of training, so that no answer but the rest is right
    right: NDArray[np.int64]
    #: which group was unknown to the head: rows of a group weigh together; "" where the type was known
    strange: Names
    #: uncalibrated, shape (n, types)
    logits: Floats
    #: of the type with the largest logit, shape (n,)
    distances: Floats
    #: of the type with the largest logit, shape (n,)
    coverages: Floats

    def chances(self, temperature: float) -> Floats:
        """Probabilities at a temperature, shape (n, types)."""
        return softmax(self.logits / np.float32(temperature))

    def evidence(self, temperature: float) -> Iterator[tuple[Floats, Evidence]]:
        """For each row the probabilities, and what speaks for the best type."""
        for chances, distance, coverage in zip(
            self.chances(temperature), self.distances, self.coverages, strict=True
        ):
            best = int(np.argmax(chances))
            yield chances, Evidence(best, float(distance), float(coverage))

    def where(self, mask: Mask) -> HeldOut:
        """Some of the rows."""
        return HeldOut(
            self.rows[mask],
            self.right[mask],
            self.strange[mask],
            self.logits[mask],
            self.distances[mask],
            self.coverages[mask],
        )


def judged(head: Head, data: Vectors, rows: NDArray[np.int64], types: tuple[str, ...]) -> HeldOut:
    """Rows of the data as `head` sees them, with logits for all of `types`."""
    logits = np.full((len(rows), len(types)), ABSENT, np.float32)
    columns = np.array([types.index(name) for name in head.types])
    distances, coverages = np.zeros(len(rows), np.float32), np.zeros(len(rows), np.float32)
    for number, row in enumerate(rows):
        scores = head.logits(data.whole[row])
        logits[number, columns] = scores
        found = head.guard.evidence(softmax(scores), data.whole[row], data.terms[row])
        distances[number], coverages[number] = found.distance, found.coverage
    names = data.types[rows]
    right = np.array([types.index(name) if name in types else -1 for name in names], np.int64)
    return HeldOut(rows, right, np.full(len(rows), "", "<U1"), logits, distances, coverages)


def known_and_strange(data: Vectors, types: tuple[str, ...], rest: str, progress: Progress = silent) -> HeldOut:
    """Every document judged by heads that did not see it, then every own type by a head that never heard of it.

    Documents of the rest are held out a whole label at a time: each of its kinds is then one that nobody trained.
    """
    own = [name for name in types if name != rest] if len(types) > 2 else []
    steps, found = FOLDS + len(own), []
    for number, held in enumerate(folds(kinds(data, rest), FOLDS, SEED)):
        progress("holding out documents", number, steps)
        # A type all of whose documents are in the fold cannot be chosen; from one type alone nothing can be fitted.
        if held.any() and len(set(data.types[~held].tolist())) > 1:
            found.append(_strange(judged(fit(data, ~held), data, np.flatnonzero(held), types), data, rest, types))
    for number, name in enumerate(own):
        progress("holding out types", FOLDS + number, steps)
        rows = data.types == name
        part = judged(fit(data, ~rows), data, np.flatnonzero(rows), types)
        none, group = np.full(len(part.rows), -1), np.full(len(part.rows), f"type {name}")
        found.append(HeldOut(part.rows, none, group, part.logits, part.distances, part.coverages))
    progress("holding out types", steps, steps)
    return joined(found)


def joined(parts: list[HeldOut]) -> HeldOut:
    """Several as one, in this order."""
    members = ("rows", "right", "strange", "logits", "distances", "coverages")
    return HeldOut(*(np.concatenate([getattr(part, member) for part in parts]) for member in members))


def kinds(data: Vectors, rest: str) -> Names:
    """Groups that hold out a whole label at a time where the type is `rest`, and a document at a time elsewhere."""
    return np.where(data.types == rest, data.labels, data.documents)


def _strange(part: HeldOut, data: Vectors, rest: str, types: tuple[str, ...]) -> HeldOut:
    """The same, with the labels of the rest as the kinds that were unknown."""
    if rest not in types:
        return part
    labels = np.char.add("label ", data.labels[part.rows].astype(str))
    strange = np.where(data.types[part.rows] == rest, labels, "")
    return HeldOut(part.rows, part.right, strange, part.logits, part.distances, part.coverages)
