from __future__ import annotations

import numpy as np
import pytest

from processors.classify.terms import TERM_WORDS, page_terms, terms
from tests.unit.classify.samples import page


def test_words_and_pairs_of_neighbours_each_once() -> None:
    assert len(terms(["form", "FARA", "form"])) == 4  # form, fara, "form fara", "fara form"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["Déclaration,"], ["DECLARATION"]),
        (["don't"], ["dont"]),
        (["Total", "12.40"], ["total:", "99", "10"]),
        (["Registration", "Statement"], ["Registration Statement"]),
    ],
)
def test_case_accents_punctuation_and_digits_do_not_matter(one: list[str], other: list[str]) -> None:
    assert np.array_equal(terms(one), terms(other))


def test_how_many_digits_does_matter() -> None:
    assert not np.array_equal(terms(["2024"]), terms(["20"]))


def test_only_the_beginning_counts() -> None:
    beginning = ["permit"] * TERM_WORDS
    assert np.array_equal(terms([*beginning, "receipt"]), terms(beginning))


def test_the_first_two_pages_are_read() -> None:
    assert np.array_equal(
        page_terms([page("a permit"), page("to park"), page("never")]), terms("a permit to park".split())
    )


@pytest.mark.parametrize("untrusted", [[], [""], ["\ud800", "\x00"], ["…", "—"]])
def test_anything_may_be_a_word(untrusted: list[str]) -> None:
    assert len(terms(untrusted)) == 0


def test_terms_are_sorted() -> None:
    found = terms("the quick brown fox".split())
    assert np.array_equal(found, np.sort(found))
