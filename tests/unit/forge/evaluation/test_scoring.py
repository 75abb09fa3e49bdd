"""The measures against cases that were worked out by hand."""

from __future__ import annotations

from itertools import permutations
from random import Random
from typing import Any

import pytest

from processors.forge.evaluation.scoring import kleister, sroie, vrdu
from processors.forge.evaluation.scoring.anls import anls
from processors.forge.evaluation.scoring.assignment import best_pairs
from processors.forge.evaluation.scoring.counts import Counts, each_of, one_of, total
from processors.forge.evaluation.scoring.distance import levenshtein


def test_micro_f1_counts_first_and_divides_once() -> None:
    whole = total([Counts(1, 1, 1), Counts(1, 3, 2), Counts(0, 0, 1)])
    assert whole == Counts(2, 4, 4)
    assert (whole.precision, whole.recall, whole.f1) == (0.5, 0.5, 0.5)
    assert Counts(0, 0, 0).f1 == 0


def test_alternatives_ask_for_one_value_and_members_for_each() -> None:
    assert one_of(["b"], ["a", "b"], str.__eq__) == Counts(1, 1, 1)
    assert one_of([], ["a", "b"], str.__eq__) == Counts(0, 0, 1)
    assert one_of(["x"], [], str.__eq__) == Counts(0, 1, 0)
    assert each_of(["b"], ["a", "b"], str.__eq__) == Counts(1, 1, 2)
    # One value does not answer two labels.
    assert each_of(["a"], ["a", "a"], str.__eq__) == Counts(1, 1, 2)


@pytest.mark.parametrize(
    ("a", "b", "distance"), [("", "", 0), ("abc", "", 3), ("kitten", "sitting", 3), ("flaw", "lawn", 2)]
)
def test_edit_distance(a: str, b: str, distance: int) -> None:
    assert levenshtein(a, b) == levenshtein(b, a) == distance


@pytest.mark.parametrize(
    ("field", "normaliser", "read", "label", "right"),
    [
        ("file_date", "date", "07/23/2015", "2015-07-23", True),
        ("file_date", "date", "07/02/22", "02/07/2022", True),  # swapped, which VRDU forgives
        ("file_date", "date", "07/02/22", "07/02/2021", False),
        ("file_date", "date", "July 1, 2022", "07/01/2022", True),
        ("file_date", "date", "02/29", "02/29", True),  # no date of 1900: compared as it is written
        ("file_date", "date", "some day", "someday", True),
        ("gross_amount", "amount", "$5,625.00", "5625", True),
        ("gross_amount", "amount", "$5,625.02", "5625", False),
        ("gross_amount", "amount", "none", "5625", False),
        ("contract_num", "identifier", "No. 950658-1", "9506581", True),
        ("contract_num", "identifier", "950658", "9506581", False),
        ("registrant_name", "name", "Podesta  Group, Inc.", "PodestaGroup, Inc.", True),
        ("registrant_name", "name", "PODESTA GROUP, INC.", "Podesta Group, Inc.", False),  # case counts
        ("advertiser", "name", "Bloomberg 2020, Inc.", "Bloomberg 2020 Inc", True),
        ("advertiser", "name", "BLOOMBERG 2020", "Bloomberg 2020", False),
        ("address", "text", "12 Main St", "12 Main Str", True),
        ("address", "text", "12 Main St", "12 Main Street", False),
    ],
)
def test_vrdu_matches_by_type(field: str, normaliser: str, read: str, label: str, right: bool) -> None:
    assert vrdu.matcher(field, normaliser)(read, label) is right


def test_kleister_compares_bags_of_upper_case_pairs() -> None:
    assert kleister.answer("party", "Nike, Inc.") == "PARTY=NIKE_INC."
    assert kleister.answer("term", "7 years") == kleister.answer("term", "7_years") == "TERM=7_YEARS"
    assert kleister.answer("note", "see: below") == "NOTE=SEE_BELOW"
    read = ["nike inc.", "Eric Dean Sprunk", "Adidas"]
    assert kleister.score("party", read, ["Eric_Dean_Sprunk", "Nike_Inc."]) == Counts(2, 3, 2)
    assert kleister.score("party", ["A", "A"], ["A"]) == Counts(1, 2, 1)
    # There are no alternatives: a second label asks for a second value.
    assert kleister.score("effective_date", ["2001-04-18"], ["2001-04-18", "2001-04-19"]) == Counts(1, 1, 2)


@pytest.mark.parametrize(
    ("read", "label", "strict", "any_case", "lenient"),
    [
        ("25/12/2018", "25/12/2018", True, True, True),
        ("27,JALAN DEDAP 13", "27, JALAN DEDAP 13", False, False, True),
        ("Total", "TOTAL", False, True, True),
        ("a\n b", "a b", True, True, True),
        ("9.00", "9.0", False, False, False),
    ],
)
def test_sroie_compares_printed_texts(read: str, label: str, strict: bool, any_case: bool, lenient: bool) -> None:
    assert sroie.strict(read, label) is strict
    assert sroie.any_case(read, label) is any_case
    assert sroie.lenient(read, label) is lenient


@pytest.mark.parametrize(
    ("truth", "answer", "score"),
    [
        ("Hello World", "hello  world", 1.0),
        ("Hello World", "Hello Wrld", 10 / 11),
        ("abcd", "xycd", 0.5),
        ("abcd", "xyzd", 0.0),  # below a half is nothing
        (None, None, 1.0),
        (None, "", 1.0),
        (None, "x", 0.0),
        (("b", "t"), "t", 1.0),
        ({"a": "b", "c": "d"}, {"a": "b", "c": "e"}, 0.5),
        ({"a": "b", "c": "d"}, {"a": "b", "e": "d"}, 1 / 3),
        ({"a": "b"}, {"a": "b", "c": None}, 0.5),
        ({"a": None, "b": None, "c": None, "d": None}, {"a": "x", "b": "y"}, 0.5),
        (["a", "b", "c"], ["c", "a"], 2 / 3),
        (["one", "two", "three"], ["one", "two", "three", "four"], 3 / 4),
        ({"a": ["a", "b", "c"]}, {"a": "b"}, 0.0),
        ([], [], 1.0),
        ({"a": "b"}, None, 0.0),
        (
            {"k1": 1, "k2": "mock", "items": [{"a": "b", "c": "d"}, {"e": "f"}]},
            {"k1": 1, "k2": "kcom", "items": [{"e": "f"}, {"a": "y", "c": "d"}]},
            3 / 5,
        ),
    ],
)
def test_anls_star_as_its_authors_have_it(truth: Any, answer: Any, score: float) -> None:
    assert anls(truth, answer) == pytest.approx(score)


def test_the_best_pairing_is_the_best_of_all() -> None:
    random = Random(3)
    for rows in range(1, 6):
        for columns in range(1, 6):
            worth = [[round(random.random(), 2) for _ in range(columns)] for _ in range(rows)]
            pairs = best_pairs(worth)
            assert len(pairs) == min(rows, columns)
            assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == len(pairs)
            long, short = max(rows, columns), min(rows, columns)
            best = max(
                sum(worth[i][j] if rows <= columns else worth[j][i] for i, j in enumerate(order[:short]))
                for order in permutations(range(long))
            )
            assert sum(worth[row][column] for row, column in pairs) == pytest.approx(best)
