"""What a model wrote, made fit to be looked at: bounded, without control characters, no endless repetition."""

from __future__ import annotations

import re
import unicodedata
from itertools import chain
from typing import Final

import numpy as np

#: A page of 3,000 words, a newspaper's, has some 20,000 characters; alignment takes words times words.
MOST_CHARACTERS: Final = 40_000
MOST_WORDS: Final = 3_000
#: Longest word that is kept; what is longer is no word of a page, and would cost time wherever it is compared.
MOST_WORD_CHARACTERS: Final = 100
#: Repetition: so many words, and so often the same ones. Tables repeat a little, forms have a few equal rows.
_LOOP_WORDS, _LOOP_TIMES, _LONGEST_LOOP = 32, 6, 200
#: Joiners are letters' business in Persian and in the scripts of India; other format characters only hide things.
_JOINERS: Final = "\u200c\u200d"
_DROPPED: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
#: A model that was told to use no Markdown still likes to put a fence around its answer.
_FENCE: Final = re.compile(r"`{3,}\w*")


def lines_of(untrusted_text: str) -> list[list[str]] | None:
    """The words by line, without empty lines; None where the text cannot be one page's."""
    if len(untrusted_text) > MOST_CHARACTERS:
        return None
    lines = [_kept(line).split() for line in untrusted_text.splitlines() if not _FENCE.fullmatch(line.strip())]
    words = list(chain.from_iterable(lines))
    if len(words) > MOST_WORDS or any(len(word) > MOST_WORD_CHARACTERS for word in words) or _loops(words):
        return None
    return [line for line in lines if line]


def _kept(line: str) -> str:
    composed = unicodedata.normalize("NFC", line.replace("\t", " "))
    return "".join(c for c in composed if c in _JOINERS or unicodedata.category(c) not in _DROPPED)


def _loops(words: list[str]) -> bool:
    """Whether the model began to say the same again and again; rules and leaders ("____", ".") may be repeated."""
    said = [word for word in words if any(map(str.isalnum, word))]
    numbers: dict[str, int] = {}
    ids = np.array([numbers.setdefault(word, len(numbers)) for word in said])
    for period in range(1, min(_LONGEST_LOOP, len(ids) // 2) + 1):
        same = ids[period:] == ids[:-period]
        ends = np.flatnonzero(np.concatenate(([True], ~same, [True])))
        if int(np.diff(ends).max()) - 1 + period >= max(_LOOP_WORDS, _LOOP_TIMES * period):
            return True
    return False
