"""Two readings of one page laid side by side: which word of the one is which word, or two words, of the other.

The best alignment in reading order is found by dynamic programming over all pairs of words, whatever the line
breaks. Words are compared by the letters and pairs of letters that they share, so that "lnv0ice" is found to be
"Invoice".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float32]

#: Below this two words are different ones.
SIMILAR: Final = 0.6
#: A pair counts so much more when the words before it, or after it, are a pair too.
_CONTEXT: Final = 0.25
#: Long words do not outweigh a row of short ones.
_MOST_WEIGHT: Final = 12
#: How a cell of the table was reached.
_SKIP_A, _ONE_ONE, _ONE_TWO, _TWO_ONE, _SKIP_B = range(5)


@dataclass(frozen=True, slots=True)
class Link:
    """Words of A that are words of B: one and one, one and two, or two and one."""

    a: tuple[int, ...]
    b: tuple[int, ...]
    #: 0 to 1; 1 = the same letters and pairs of letters, which "00101" and "01001" are too
    similarity: float
    #: how many letters it rests on
    letters: int


def align(a: Sequence[str], b: Sequence[str], splits: Sequence[bool]) -> list[Link]:
    """The links of the best alignment, in order of both.

    Args:
        a: words in reading order
        b: words in reading order
        splits: for each word of B whether it may be, with the next one, a single word of A; false at line ends
    """
    if not a or not b:
        return []
    keys_a, keys_b = [key(word) for word in a], [key(word) for word in b]
    twos_a = [x + y for x, y in pairwise(keys_a)] + [""]
    twos_b = [x + y if may else "" for x, y, may in zip(keys_b, [*keys_b[1:], ""], splits, strict=True)]
    one_one = _similar(keys_a, keys_b)
    one_two = _similar(keys_a, twos_b)
    two_one = _similar(twos_a, keys_b)
    weights = one_one * _lengths(keys_a, keys_b)
    weights[1:, 1:] *= 1 + _CONTEXT * one_one[:-1, :-1]
    weights[:-1, :-1] *= 1 + _CONTEXT * one_one[1:, 1:]
    steps = _table(weights, one_two * _lengths(keys_a, twos_b), two_one * _lengths(twos_a, keys_b))
    links = []
    i, j = len(a), len(b)
    while i and j:
        step = steps[i, j]
        taken_a, taken_b = {_ONE_ONE: (1, 1), _ONE_TWO: (1, 2), _TWO_ONE: (2, 1)}.get(step, (0, 0))
        if taken_a:
            i, j = i - taken_a, j - taken_b
            similar = {_ONE_ONE: one_one, _ONE_TWO: one_two, _TWO_ONE: two_one}[step]
            letters = min(sum(map(len, keys_a[i : i + taken_a])), sum(map(len, keys_b[j : j + taken_b])))
            at = (tuple(range(i, i + taken_a)), tuple(range(j, j + taken_b)))
            links.append(Link(*at, float(similar[i, j]), letters))
        elif step == _SKIP_B:
            j -= 1
        else:
            i -= 1
    return links[::-1]


def _table(one_one: Numbers, one_two: Numbers, two_one: Numbers) -> NDArray[np.uint8]:
    """How each cell of the table is best reached: cell (i, j) stands for the first i words of A and j of B."""
    many_a, many_b = one_one.shape
    steps = np.zeros((many_a + 1, many_b + 1), np.uint8)
    before = above = np.zeros(many_b + 1, np.float32)
    for i in range(1, many_a + 1):
        best = above.copy()
        step = steps[i]
        _take(best[1:], step[1:], above[:-1], one_one[i - 1], _ONE_ONE)
        _take(best[2:], step[2:], above[:-2], one_two[i - 1, :-1], _ONE_TWO)
        if i > 1:
            _take(best[1:], step[1:], before[:-1], two_one[i - 2], _TWO_ONE)
        # Leaving out words of B costs nothing, so the best so far in the row is the best there is.
        furthest = np.maximum.accumulate(best)
        step[furthest > best] = _SKIP_B
        before, above = above, furthest
    return steps


def _take(best: Numbers, step: NDArray[np.uint8], from_: Numbers, gain: Numbers, name: int) -> None:
    """Reach cells this way where that is better; writes into `best` and `step`."""
    reached = from_ + gain
    better = reached > best
    best[better] = reached[better]
    step[better] = name


@lru_cache(maxsize=8192)
def key(word: str) -> str:
    """What is compared: letters and digits in lower case; of a word without any, the word itself."""
    return "".join(filter(str.isalnum, word.casefold())) or word


def _similar(a: Sequence[str], b: Sequence[str]) -> Numbers:
    """Similarity of all pairs: 0 where it is below `SIMILAR`."""
    kinds_a, at_a = _kinds(a)
    kinds_b, at_b = _kinds(b)
    numbers: dict[tuple[str, int], int] = {}
    grams = [[numbers.setdefault(g, len(numbers)) for g in _grams(kind)] for kind in (*kinds_a, *kinds_b)]
    marks = np.zeros((len(grams), max(len(numbers), 1)), np.float32)
    for row, columns in enumerate(grams):
        marks[row, columns] = 1
    ours, theirs = marks[: len(kinds_a)], marks[len(kinds_a) :]
    sizes = ours.sum(axis=1)[:, None] + theirs.sum(axis=1)[None, :]
    similar = 2 * (ours @ theirs.T) / np.maximum(sizes, 1)
    similar[similar < SIMILAR] = 0
    return np.asarray(similar[np.ix_(at_a, at_b)], np.float32)


def _kinds(words: Sequence[str]) -> tuple[list[str], list[int]]:
    """The different words, and for each word which of them it is."""
    numbers: dict[str, int] = {}
    at = [numbers.setdefault(word, len(numbers)) for word in words]
    return list(numbers), at


def _grams(word: str) -> list[tuple[str, int]]:
    """Letters and pairs of neighbours, counted: the second "0" of "100" is another than the first."""
    if not word:
        return []
    bounded = f"\n{word}\n"
    seen: dict[str, int] = {}
    grams = []
    for gram in (*word, *(bounded[i : i + 2] for i in range(len(bounded) - 1))):
        seen[gram] = seen.get(gram, 0) + 1
        grams.append((gram, seen[gram]))
    return grams


def _lengths(a: Sequence[str], b: Sequence[str]) -> Numbers:
    """Weights by length: a long word says more about where it stands than a short one.

    The shorter of the two counts, or every word would be joined with its neighbour.
    """
    ours, theirs = (np.array([len(word) for word in words], np.float32) for words in (a, b))
    return np.minimum(np.minimum(ours[:, None], theirs[None, :]), _MOST_WEIGHT)
