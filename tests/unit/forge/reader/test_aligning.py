"""Labels are found on pages: by value where a value has many spellings, by letters where recognition errs."""

from __future__ import annotations

import pytest

from processors.document_types import FieldRule
from processors.extract.encoder.units import text_of, units
from processors.forge.reader.aligning import places
from tests.unit.extract.made_pages import page


def found(text: str, normaliser: str, label: str, *, month_only: bool = False) -> list[str]:
    rule = FieldRule("f", "", required=False, many=False, normaliser=normaliser, date_order="MDY")
    made = list(units(page(text)))
    spans = places(made, rule, label, month_only=month_only)
    return [text_of(made[first : last + 1]) for first, last in spans]


@pytest.mark.parametrize(
    ("text", "normaliser", "label", "expected"),
    [
        ("Flight: 03/31/20-04/06/20", "date", "2020-04-06", ["04/06/20"]),
        ("signed this 18th day of April, 2001 by", "date", "2001-04-18", ["18th day of April, 2001"]),
        ("Total $5,625.00 and 5625.00", "amount", "5625.00", ["$5,625.00", "5625.00"]),
        ("No. 5926 of 15926", "identifier", "5926", ["5926"]),
        ("a term of two (2) years", "duration", "2_years", ["two (2) years"]),
        ("Name of registrant\nPodesta Group, Ific.", "name", "Podesta Group, Inc.", ["Podesta Group, Ific."]),
        ("Nike Inc. and again NIKE, Inc.", "name", "Nike_Inc.", ["Nike Inc.", "NIKE, Inc."]),
        ("Acme Corporation", "name", "Podesta Group", []),
        ("03/32/20", "date", "2020-03-31", []),
    ],
)
def test_places_of_a_label(text: str, normaliser: str, label: str, expected: list[str]) -> None:
    assert found(text, normaliser, label) == expected


def test_a_label_without_a_day_is_any_day_of_its_month() -> None:
    assert found("Received 09/14/65", "date", "1965-09-01") == []
    assert found("Received 09/14/65", "date", "1965-09-01", month_only=True) == ["09/14/65"]
