"""Other values in the look of those that were there."""

from __future__ import annotations

import re
from random import Random

import pytest

from processors.forge.language.changed_values import another, misread, renumbered


@pytest.mark.parametrize(
    ("text", "normaliser", "looks"),
    [
        ("03/31/2019", "date", r"\d\d/\d\d/\d{4}"),
        ("March 3, 2019", "date", r"[A-Z][a-z]+ \d{1,2}, \d{4}"),
        ("04 JAN 17", "date", r"\d\d [A-Z]{3} \d\d"),
        ("RM 5,625.00", "amount", r"RM [1-9],\d{3}\.\d\d"),
        ("WOC12376772", "identifier", r"WOC\d{8}"),
        ("two (2) years", "duration", r"two \(2\) years"),
        ("ACME SDN BHD", "name", r"[A-Z. ]+"),
    ],
)
def test_the_look_stays_and_the_value_changes(text: str, normaliser: str, looks: str) -> None:
    random = Random(1)
    made = {another(random, text, normaliser, ["Bolt Ltd"]) for _ in range(30)}
    assert all(re.fullmatch(looks, one) for one in made)
    assert len(made) > 5 or normaliser == "duration"


def test_a_months_day_is_never_one_that_no_month_has() -> None:
    random = Random(2)
    for _ in range(200):
        month, day, year = map(int, another(random, "12/31/2019", "date", []).split("/"))
        assert 1 <= month <= 12 and 13 <= day <= 28 and 1985 <= year <= 2026


def test_a_number_changes_alike_everywhere_and_short_ones_stay() -> None:
    known: dict[str, str] = {}
    random = Random(3)
    first = renumbered(random, "4711", known)
    assert first != "4711" and renumbered(random, "4711", known) == first
    assert renumbered(random, "2.", known) == "2."


def test_misreading_changes_about_as_many_characters_as_asked_for() -> None:
    random = Random(4)
    words = ["registration"] * 2_000
    changed = sum(misread(random, word, 0.03) != word for word in words) / len(words)
    assert 0.15 < changed < 0.35
    assert all(misread(random, word, 0.0) == word for word in words[:50])
