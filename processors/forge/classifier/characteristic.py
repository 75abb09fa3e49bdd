"""Finding what is printed on every document of a type and on few others: the phrases of the guard."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from processors.classify.phrases import Phrases
from processors.classify.terms import Terms
from processors.text_encoder.port import Floats

Mask = NDArray[np.bool_]
Counts = tuple[Terms, NDArray[np.int64]]

#: Terms of a set. With 200 the boilerplate that forms of one office share comes in, and forms that were held out
#: pass more often (cross-validation); with 50 the free texts (receipts, contracts) lose some of theirs.
SET_TERMS = 64
#: Sets of a type at most. Contracts of a dozen TV stations come in a handful of layouts.
SETS = 4
#: Documents that show less than this share of what the type's middle document shows want a set of their own.
POORLY_COVERED = 0.5
#: Documents that make a layout; below this what they share may be a name.
LEAST_DOCUMENTS = 3
#: Of a further set, the share of its documents that must show a term, and the terms that make it a layout.
LEAST_SHARE, LEAST_TERMS = 0.5, 10
#: Keeps logarithms finite, and makes a term on 2 % of another type's documents as good as one on none.
_NEVER = 0.02


def find(terms: Sequence[Terms], types: NDArray[np.str_], names: Sequence[str]) -> Phrases:
    """The phrases of each type in `names` from documents' terms and types."""
    rows = {name: [terms[i] for i in np.flatnonzero(types == name).tolist()] for name in names}
    counted = {name: _count(documents) for name, documents in rows.items()}
    sets: list[tuple[Terms, Floats]] = []
    owners: list[int] = []
    for number, name in enumerate(names):
        others = [(counted[other], len(rows[other])) for other in names if other != name]
        made = _sets(rows[name], others)
        sets += made
        owners += [number] * len(made)
    ids, weights = np.zeros((len(sets), SET_TERMS), np.uint32), np.zeros((len(sets), SET_TERMS), np.float32)
    for row, (chosen, weight) in enumerate(sets):
        ids[row, : len(chosen)], weights[row, : len(chosen)] = chosen, weight
    return Phrases(ids, weights, np.array(owners, np.int64))


def _sets(documents: list[Terms], others: list[tuple[Counts, int]]) -> list[tuple[Terms, Floats]]:
    """A set for all documents of a type, then one for those that it covers poorly, and so on."""
    sets: list[tuple[Terms, Floats]] = []
    best, poor, middle = np.zeros(len(documents)), np.ones(len(documents), bool), 0.0
    while len(sets) < SETS:
        made = _best_terms([documents[i] for i in np.flatnonzero(poor)], others, further=bool(sets))
        if made is None:
            break
        sets.append(made)
        covered = np.array([made[1][np.isin(made[0], document)].sum() for document in documents])
        best = np.maximum(best, covered)
        middle = middle or float(np.median(best))
        poor = best < POORLY_COVERED * middle
        if poor.sum() < LEAST_DOCUMENTS:
            break
    return sets


def _best_terms(
    documents: list[Terms], others: list[tuple[Counts, int]], *, further: bool
) -> tuple[Terms, Floats] | None:
    """The terms that are on most of these documents and on few of any other type, and their weights."""
    found, counts = _count(documents)
    share = counts / (len(documents) + 1.0)
    # The other type that shows a term most often counts: what a sibling has too proves nothing.
    elsewhere = np.max([_share(found, count, total) for count, total in others], axis=0, initial=0.0)
    weight = np.where(share > elsewhere, share * np.log((share + _NEVER) / (elsewhere + _NEVER)), 0.0)
    weight[counts < (LEAST_DOCUMENTS if further else 2)] = 0.0
    if further:
        weight[share < LEAST_SHARE] = 0.0
    order = np.argsort(-weight, kind="stable")[:SET_TERMS]
    order = order[weight[order] > 0.0]
    if len(order) < (LEAST_TERMS if further else 1):
        return None
    return found[order], (weight[order] / weight[order].sum()).astype(np.float32)


def _count(documents: list[Terms]) -> Counts:
    """Each term, sorted, with the number of documents that it is on."""
    together = np.concatenate(documents) if documents else np.zeros(0, np.uint32)
    found, counts = np.unique(together, return_counts=True)
    return found, counts


def _share(wanted: Terms, counted: Counts, documents: int) -> NDArray[np.float64]:
    """Of each wanted term, the share of a type's documents that show it."""
    found, counts = counted
    place = np.minimum(np.searchsorted(found, wanted), max(len(found) - 1, 0))
    there = found[place] == wanted if len(found) else np.zeros(len(wanted), bool)
    shares: NDArray[np.float64] = np.where(there, counts[place] if len(found) else 0, 0) / (documents + 1.0)
    return shares
