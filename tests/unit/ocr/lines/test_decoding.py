"""From the likeliest class of each step to words."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from processors.ocr.lines.alphabet import ALPHABET, BLANK, CLASSES
from processors.ocr.lines.decoding import STEP, Said, words


def steps(said: str, sure: float = 0.9) -> NDArray[np.float32]:
    """A step a character; "_" is the blank."""
    chance = np.full((len(said), CLASSES), (1 - sure) / (CLASSES - 1), np.float32)
    for row, letter in zip(chance, said, strict=True):
        row[BLANK if letter == "_" else ALPHABET.index(letter) + 1] = sure
    return np.log(chance)


def texts(said: str) -> list[str]:
    return [word.text for word in words(steps(said))]


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("TTO_T_AALL", ["TOTAL"]),
        ("B_O_O_K", ["BOOK"]),
        ("B_OO_K", ["BOK"]),  # a letter held over two steps is one letter
        ("A  B", ["A", "B"]),
        (" _A_ _ _B ", ["A", "B"]),
        ("____", []),
        ("    ", []),
    ],
)
def test_what_is_said(said: str, wanted: list[str]) -> None:
    assert texts(said) == wanted


def test_nothing_is_said_of_nothing() -> None:
    assert words(np.zeros((0, CLASSES), np.float32)) == []


def test_a_word_stands_where_it_was_said_and_is_as_sure_as_its_least_sure_letter() -> None:
    said = np.concatenate([steps("__A"), steps("B", 0.6), steps("_ _"), steps("C")])
    first, second = words(said)
    assert (first.left, first.right) == (2 * STEP - 4, 4 * STEP + 4)
    assert (second.left, second.right) == (7 * STEP - 4, 8 * STEP + 4)
    assert first.confidence == pytest.approx(0.6, abs=1e-5)
    assert second == Said("C", second.left, second.right, second.confidence)
    assert second.confidence == pytest.approx(0.9, abs=1e-5)
