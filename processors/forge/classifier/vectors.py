"""Documents as vectors: what the head is trained and judged on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from processors.classify.head import document_vector
from processors.classify.terms import TERM_WORDS, Terms, terms
from processors.classify.windows import WINDOW_WORDS, WINDOWS, split
from processors.forge.classifier.dataset import Example
from processors.text_encoder.port import Encoder, Floats

Names = NDArray[np.str_]
#: Windows of a document of the rest class that serve as examples of their own. The rest has the fewest documents
#: and the most kinds. In cross-validation this took wrongly typed new kinds from 19 to 12 of 88 and cost two of 29
#: letters.
EXTRA_WINDOWS = 5


def words_needed(example: Example, rest: str) -> int:
    """How many words of a document are used."""
    return max((EXTRA_WINDOWS if example.type == rest else WINDOWS) * WINDOW_WORDS, TERM_WORDS)


@dataclass(frozen=True)
class Vectors:
    """Labelled documents as arrays; rows belong together."""

    #: as production sees the documents, shape (documents, 384)
    whole: Floats
    types: Names
    #: the data set's own label, finer than the type for documents of the rest class
    labels: Names
    #: rows of the same document share it
    documents: Names
    #: of each document, in the same order
    terms: tuple[Terms, ...]
    #: single windows of documents of the rest class, for training alone, shape (extra, 384)
    extra: Floats
    #: row in `whole` that each extra window comes from, shape (extra,)
    extra_row: NDArray[np.int64]

    def where(self, rows: NDArray[np.bool_]) -> Vectors:
        """Some of the documents, with their windows."""
        windows = rows[self.extra_row]
        return Vectors(
            whole=self.whole[rows],
            types=self.types[rows],
            labels=self.labels[rows],
            documents=self.documents[rows],
            terms=tuple(self.terms[i] for i in np.flatnonzero(rows)),
            extra=self.extra[windows],
            extra_row=(np.cumsum(rows) - 1)[self.extra_row[windows]],
        )


def embed(read: Iterable[tuple[Example, list[str]]], encoder: Encoder, rest: str) -> Vectors:
    """Vectors of documents from their words; documents without words are left out, since no model judges them."""
    whole: list[Floats] = []
    extra: list[Floats] = []
    extra_row: list[int] = []
    kept: list[Example] = []
    lexical: list[Terms] = []
    for example, words in read:
        texts = split(words, EXTRA_WINDOWS if example.type == rest else WINDOWS)
        if not texts:
            continue
        vectors = encoder.embed(texts)
        if example.type == rest and len(vectors) > 1:
            extra.extend(vectors)
            extra_row.extend([len(kept)] * len(vectors))
        whole.append(document_vector(vectors[:WINDOWS]))
        lexical.append(terms(words))
        kept.append(example)
    return Vectors(
        whole=np.array(whole, np.float32),
        types=np.array([example.type for example in kept]),
        labels=np.array([example.label for example in kept]),
        documents=np.array([example.document for example in kept]),
        terms=tuple(lexical),
        extra=np.array(extra, np.float32).reshape(len(extra), -1 if extra else 0),
        extra_row=np.array(extra_row, np.int64),
    )


def folds(groups: Names, count: int, seed: int) -> Iterator[NDArray[np.bool_]]:
    """Masks of the rows that are held out, one a fold; rows of one group are never torn apart."""
    names = np.unique(groups)
    order = np.random.default_rng(seed).permutation(len(names))
    for fold in range(count):
        yield np.isin(groups, names[order[fold::count]])
