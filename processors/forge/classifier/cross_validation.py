"""Figures of training: every document and every kind judged by a head that neither saw it nor was tuned on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from processors.forge.classifier.evaluate import Said, figures, judge
from processors.forge.classifier.fitting import Mask
from processors.forge.classifier.held_out import FOLDS
from processors.forge.classifier.training import train
from processors.forge.classifier.typed_pages import Progress, silent
from processors.forge.classifier.vectors import Vectors, folds

#: Other folds than those in which a head is tuned.
SEED = 11


def report(data: Vectors, rest: str, progress: Progress = silent) -> dict[str, Any]:
    """Figures on new documents of known kinds, on new kinds of the rest, and on each own type as if it were new.

    Each judgement is that of a head that was trained whole, with its temperature, floors and threshold, without the
    document or the kind: some 17 trainings.
    """
    types = np.unique(data.types).tolist()
    # Of two types none can be left out: one alone is no classifier.
    own = [name for name in types if name != rest] if len(types) > 2 else []
    steps = 2 * FOLDS + len(own)
    known: list[Said] = []
    for number, held in enumerate(folds(data.documents, FOLDS, SEED)):
        progress("judging new documents", number, steps)
        known += _without(data, held, rest)
    kinds: list[Said] = []
    if (data.types == rest).any():
        for number, held in enumerate(folds(data.labels, FOLDS, SEED)):
            progress("judging new kinds", FOLDS + number, steps)
            kinds += _without(data, held & (data.types == rest), rest, strange=True)
    whole: list[Said] = []
    for number, name in enumerate(own):
        progress("judging new types", 2 * FOLDS + number, steps)
        whole += _without(data, data.types == name, rest, strange=True)
    progress("judging new types", steps, steps)
    return {
        "new_documents": figures(known, rest),
        "new_kinds_of_rest": figures(kinds, rest)["unknown_kinds"] if kinds else None,
        "own_types_as_new_kinds": figures(whole, rest)["unknown_kinds"] if whole else None,
        "all_together": _weighed(known, kinds + whole, rest),
    }


def _weighed(known: list[Said], strange: list[Said], rest: str) -> dict[str, Any]:
    """Confidence where one document in five is of a kind that nobody trained; each such kind counts the same."""
    if not strange:
        return dict(figures(known, rest)["confidence"])
    labels = np.array([one.label for one in strange])
    names = np.unique(labels)
    wanted = max(len(known) // 4 // len(names), 1)
    drawn = np.random.default_rng(SEED)
    rows = [drawn.choice(np.flatnonzero(labels == name), wanted) for name in names]
    return dict(figures([*known, *(strange[i] for i in np.concatenate(rows))], rest)["confidence"])


def _without(data: Vectors, held: Mask, rest: str, *, strange: bool = False) -> Iterator[Said]:
    """The held rows as a head says that was trained on the others."""
    if not held.any() or len(np.unique(data.types[~held])) < 2:
        return
    head = train(data.where(~held), rest)
    for one in judge(head, data.where(held)):
        yield Said(one.document, one.label, one.type, one.known and not strange, one.verdict)
