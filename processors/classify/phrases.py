"""What is printed on every document of a type: evidence that no look-alike has.

Forms of one office share their letterhead, their law and their boilerplate, so that a text model puts a form which
it has never seen right beside those it knows. But each form has words of its own, and a document on which they do
not stand is not that form.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from processors.classify.terms import Terms
from processors.text_encoder.port import Floats

Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Phrases:
    """The characteristic terms of each type; a type whose documents come in several layouts has several sets."""

    #: CRC-32 of the terms of each set, shape (sets, terms)
    ids: NDArray[np.uint32]
    #: what each term weighs, each row adds up to 1; 0 fills up a shorter set; shape (sets, terms)
    weights: Floats
    #: index of the type that each set belongs to, shape (sets,)
    owners: Indices

    def coverage(self, terms: Terms, kind: int) -> float:
        """The weight of the terms of type number `kind` that stand in a document, by its best set, 0 to 1."""
        own = self.owners == kind
        if not own.any():
            return 0.0
        found = np.isin(self.ids[own], terms)
        return float((self.weights[own] * found).sum(axis=1).max())
