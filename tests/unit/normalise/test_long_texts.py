"""A text is read in a time that grows as it does: these take minutes where each word is read from anew."""

from __future__ import annotations

import pytest

from processors.extract.language.pieces import pieces
from processors.normalise import NORMALISERS, Conventions

pytestmark = pytest.mark.timeout(60)


@pytest.mark.parametrize(
    ("normaliser", "text"),
    [
        ("duration", "one " * 60_000),
        ("duration", "two years " * 40_000),
        ("currency", "1" * 150_000),
        ("person", "year " * 150_000),
    ],
)
def test_a_long_text_is_read(normaliser: str, text: str) -> None:
    conventions = Conventions(name_order="given_first")
    assert NORMALISERS[normaliser](text, conventions).value in (None, "2 years")


@pytest.mark.parametrize("word", ["a" + "." * 150_000 + "a", "(1" + "." * 150_000 + "a"])
def test_a_long_word_is_cut(word: str) -> None:
    assert "".join(pieces(word)) == word
