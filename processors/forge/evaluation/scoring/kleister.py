"""Kleister NDA's F1 (Stanisławek et al., ICDAR 2021): GEval's `MultiLabel-F1:u` over "key=value" labels.

A document's answer is a bag of `key=value`, values written as the data set writes them and upper-cased; F1 is
micro-averaged over all documents. There are no alternatives: each labelled value is asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from processors.forge.evaluation.scoring.counts import Counts


def written(value: str) -> str:
    """A value as the data set writes it: blanks and colons become "_", and commas go, as in all of its labels."""
    return "_".join(value.replace(",", " ").replace(":", " ").split())


def answer(key: str, value: str) -> str:
    """One label of a document, such as "PARTY=NIKE_INC."."""
    return f"{key}={written(value)}".upper()


def score(key: str, read: Iterable[str], labels: Iterable[str]) -> Counts:
    """The counts of one key of one document."""
    given = Counter(answer(key, value) for value in read)
    wanted = Counter(answer(key, label) for label in labels)
    return Counts((given & wanted).total(), given.total(), wanted.total())
