"""The words and word pairs at the beginning of a document, as numbers: the same in training and in production."""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterable
from itertools import islice, pairwise

import numpy as np
from numpy.typing import NDArray

from processors.pages import Page

#: sorted CRC-32 of terms; a number stands for a term without naming it
Terms = NDArray[np.uint32]

#: Words that are looked at: a printed form's page, or the opening of a contract.
TERM_WORDS = 480
#: Pages that are looked at.
TERM_PAGES = 2
_TOKEN = re.compile(r"[^\W\d_]{2,}|\d+")
_APOSTROPHES = str.maketrans("", "", "'’")  # noqa: RUF001
#: numbers differ from document to document, their lengths less so; beyond this all are alike
_LONGEST_NUMBER = 5


def terms(words: Iterable[str]) -> Terms:
    """The terms among the first `TERM_WORDS` words, each once, sorted; shape (terms,).

    A term is a word or a pair of neighbours, without case and accents, digits as "#". Words may hold anything.
    """
    text = " ".join(islice(words, TERM_WORDS)).casefold().translate(_APOSTROPHES)
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    tokens = [_digits(token) if token[0].isdigit() else token for token in _TOKEN.findall(plain)]
    found = {*tokens, *(f"{first} {second}" for first, second in pairwise(tokens))}
    return np.array(sorted({zlib.crc32(term.encode("utf-8", "replace")) for term in found}), np.uint32)


def page_terms(pages: Iterable[Page]) -> Terms:
    """The terms of a document's first pages."""
    return terms(word.text for page in islice(pages, TERM_PAGES) for word in page.words)


def _digits(token: str) -> str:
    return "#" * min(len(token), _LONGEST_NUMBER)
