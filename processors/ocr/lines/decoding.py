"""From what the network says at each step along a strip to words, where they stand, and how sure it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import numpy as np
from numpy.typing import NDArray

from processors.ocr.lines.alphabet import ALPHABET, BLANK

#: Pixels of a strip for each step that the network takes along it.
STEP: Final = 4
#: A letter is said at one step or two, its print is wider: this many pixels to either side.
_BESIDE: Final = 4


@dataclass(frozen=True, slots=True)
class Said:
    """A word."""

    text: str
    #: pixels of the strip
    left: float
    right: float
    #: of its least sure letter, 0 to 1
    confidence: float


def words(log_probabilities: NDArray[np.float32]) -> list[Said]:
    """The words on a strip, from left to right.

    Args:
        log_probabilities: steps x classes; the likeliest class of each step counts (CTC, without a search)
    """
    best = log_probabilities.argmax(1)
    sure = np.exp(log_probabilities.max(1))
    found: list[Said] = []
    word: list[tuple[str, int, int, float]] = []
    for letter, taken in _letters(best):
        if letter == " ":
            found += _word(word)
            word = []
        else:
            word.append((letter, taken[0], taken[-1], float(sure[taken].max())))
    return found + _word(word)


def text(classes: Iterable[int]) -> str:
    """What the likeliest classes of all steps say, blanks as they were said."""
    return "".join(letter for letter, _ in _letters(classes))


def _letters(classes: Iterable[int]) -> Iterator[tuple[str, list[int]]]:
    """Letters, each with the steps at which it is said: a class that goes on is one letter (CTC)."""
    for one, steps in groupby(enumerate(classes), key=lambda step: int(step[1])):
        if one != BLANK:
            yield ALPHABET[one - 1], [number for number, _ in steps]


def _word(letters: list[tuple[str, int, int, float]]) -> list[Said]:
    if not letters:
        return []
    spelled = "".join(letter for letter, _, _, _ in letters)
    left, right = letters[0][1] * STEP - _BESIDE, (letters[-1][2] + 1) * STEP + _BESIDE
    return [Said(spelled, left, right, min(sure for _, _, _, sure in letters))]
