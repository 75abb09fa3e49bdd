"""The label reader on pages made by hand, with types that live in this test only."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from processors.document_types import load
from processors.extract.choosing import choose
from processors.extract.confidence import Calibration
from processors.extract.labels import LabelReader
from tests.unit.extract.made_pages import page


def read(folder: Path, text: str, **fields: dict[str, Any]) -> dict[str, Any]:
    properties = {
        name: {
            "type": "array" if rule.pop("many", False) else ["string", "null"],
            **{key.replace("_", "-"): value for key, value in rule.items()},
        }
        for name, rule in fields.items()
    }
    for rule in properties.values():
        if rule["type"] == "array":
            rule["items"] = {"type": "string"}
    (folder / "made.json").write_text(
        json.dumps(
            {
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "$id": "made",
                "title": "Made",
                "description": "For a test.",
                "x-version": "1.0",
                "x-release": {"threshold": 0.5},
                "x-other-labels": ["Agency"],
                "type": "object",
                "additionalProperties": False,
                "required": [],
                "properties": properties,
            }
        )
    )
    kind = load(folder)["made"]
    made = page(text)
    values, _ = choose(LabelReader().read([made], kind), {1: made}, kind, Calibration())
    return values


NUMBER = {"x_normaliser": "identifier", "x_labels": ["Registration No."], "x_pattern": r"\d{3,5}"}
NAME = {"x_normaliser": "name", "x_labels": ["Name of Registrant"]}


@pytest.mark.parametrize(
    "text",
    [
        "Registration No. 5926",
        "Registration No.: 5926",
        "Registration No.          5926",
        "Registrati0n N0, 5926",  # OCR errors
        "Regis tration No. 5926",
        "2. Registration No.\n5926",
        "2. Registration No.\n\n     5926",
        "Registration No.:5926",
    ],
)
def test_a_value_beside_or_below_its_label(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text, number=dict(NUMBER)) == {"number": "5926"}


def test_two_columns_below_their_labels(tmp_path: Path) -> None:
    text = """
1. Name of Registrant                2. Registration No.
Podesta Group, Inc.                  5926
"""
    assert read(tmp_path, text, number=dict(NUMBER), name={**NAME, "x_look": ["below"]}) == {
        "number": "5926",
        "name": "Podesta Group, Inc.",
    }


def test_another_label_ends_the_value(tmp_path: Path) -> None:
    text = "Name of Registrant Podesta Group Agency Acme"
    assert read(tmp_path, text, name=dict(NAME)) == {"name": "Podesta Group"}


def test_a_label_of_the_form_that_nobody_listed_ends_the_value_too(tmp_path: Path) -> None:
    text = "Name of Registrant Podesta Group      Demographic: A35"
    assert read(tmp_path, text, name=dict(NAME)) == {"name": "Podesta Group"}


def test_a_label_inside_a_sentence_is_believed_less(tmp_path: Path) -> None:
    text = """
as filed by the Name of Registrant 1111 and others
Registration No. 2222
"""
    rule = {**NUMBER, "x_labels": ["Name of Registrant", "Registration No."]}
    assert read(tmp_path, text, number=rule) == {"number": "2222"}


def test_nothing_is_read_where_nothing_is_printed(tmp_path: Path) -> None:
    assert read(tmp_path, "An unrelated page of text", number=dict(NUMBER), name=dict(NAME)) == {
        "number": None,
        "name": None,
    }


def test_a_value_over_two_lines(tmp_path: Path) -> None:
    text = "Name of Registrant    Tom Steyer for\n                      President"
    rule = {**NAME, "x_lines": 2}
    assert read(tmp_path, text, name=rule) == {"name": "Tom Steyer for President"}


def test_the_second_match_beside_a_label(tmp_path: Path) -> None:
    date = {"x_normaliser": "date", "x_labels": ["Flight"], "x_pattern": r"\d\d/\d\d/\d\d", "x_date_order": "MDY"}
    text = "Flight 12/30/19 - 03/29/20"
    assert read(tmp_path, text, start=dict(date), end={**date, "x_nth": 2}) == {
        "start": "2019-12-30",
        "end": "2020-03-29",
    }


def test_a_date_that_can_be_read_in_two_ways_has_no_value(tmp_path: Path) -> None:
    date = {"x_normaliser": "date", "x_labels": ["Date"], "x_pattern": r"\d\d/\d\d/\d\d"}
    assert read(tmp_path, "Date 03/04/21", day=date) == {"day": None}


def test_phrases_read_running_text_over_line_ends(tmp_path: Path) -> None:
    party = {
        "many": True,
        "x_normaliser": "name",
        "x_phrases": [r"between (?P<value>[A-Z][\w, ]+?Inc\.) and (?P<value_2>[A-Z][\w, ]+?Inc\.)"],
    }
    state = {"x_normaliser": "name", "x_phrases": [r"laws of the State of (?P<value>[A-Z]\w+)"]}
    text = """
This Agreement is made between Kite Pharma, Inc. and
Gilead Sciences, Inc. and is governed by the laws of the
State of California.
"""
    assert read(tmp_path, text, party=party, state=state) == {
        "party": ["Kite Pharma, Inc.", "Gilead Sciences, Inc."],
        "state": "California",
    }


def test_a_value_outside_its_region_is_not_taken(tmp_path: Path) -> None:
    assert read(tmp_path, "Registration No. 5926", number={**NUMBER, "x_region": [0, 0.5, 1, 1]}) == {
        "number": None
    }


def test_the_next_row_of_the_form_is_no_second_line(tmp_path: Path) -> None:
    rule = {**NAME, "x_labels": ["Advertiser:"], "x_lines": 2}
    for label in ("Demographic:  ", "Demographic   "):  # with and without a colon, not listed in the type's file
        text = f"Advertiser:   Future Forward USA PAC\n{label}A35+"
        assert read(tmp_path, text, name=dict(rule)) == {"name": "Future Forward USA PAC"}


def test_a_line_that_is_not_set_under_the_first_is_no_second_line(tmp_path: Path) -> None:
    rule = {**NAME, "x_lines": 2}
    askew = "Name of Registrant    Tom Steyer 2020\n                           PO Box 626"
    assert read(tmp_path, askew, name=dict(rule)) == {"name": "Tom Steyer 2020"}
    far = "Name of Registrant    Tom Steyer 2020\n\n\n                      PO Box 626"
    assert read(tmp_path, far, name=dict(rule)) == {"name": "Tom Steyer 2020"}


def test_what_is_excluded_is_passed_over(tmp_path: Path) -> None:
    rule = {**NUMBER, "x_not": "1938|20503"}
    assert read(tmp_path, "Registration No. 20503 1938 5926", number=dict(rule)) == {"number": "5926"}
    assert read(tmp_path, "Registration No. 20503", number=dict(rule)) == {"number": None}
    said = {"x_normaliser": "name", "x_phrases": [r"between (?P<value>\w+)"], "x_not": "Parties"}
    assert read(tmp_path, "between Parties or between Acme", name=said) == {"name": "Acme"}


def test_words_that_only_resemble_a_label_are_none(tmp_path: Path) -> None:
    for text in ("Registration Act of 1938", "Registration Unit 1938", "Registration 1938"):
        assert read(tmp_path, text, number=dict(NUMBER)) == {"number": None}
    rule = {**NAME, "x_labels": ["Advertiser Name:", "Advertiser:"]}
    assert read(tmp_path, "Advertiser: Jaime Harrison", name=rule) == {"name": "Jaime Harrison"}


def test_what_stands_below_the_next_label_is_the_next_labels(tmp_path: Path) -> None:
    rule = {**NUMBER, "x_look": ["below"]}
    assert read(tmp_path, "Registration No.\n\nAgency\n6033 Century Blvd", number=rule) == {"number": None}


def test_a_label_that_begins_a_sentence_is_believed_less(tmp_path: Path) -> None:
    text = """
Advertiser is expressly subject to the terms
12 Main Street, SC 29201         Advertiser
                                 Jaime Harrison for Senate
"""
    rule = {**NAME, "x_labels": ["Advertiser"]}
    assert read(tmp_path, text, name=rule) == {"name": "Jaime Harrison for Senate"}


def test_an_answer_at_the_right_beats_what_stands_below(tmp_path: Path) -> None:
    text = "Name of Registrant     Arab Information Center\n          The Governments of Iraq"
    rule = {**NAME, "x_look": ["below", "right"]}
    assert read(tmp_path, text, name=rule) == {"name": "Arab Information Center"}


def test_a_cut_name_gives_way_to_the_whole_one(tmp_path: Path) -> None:
    party = {
        "many": True,
        "x_normaliser": "name",
        "x_phrases": [r"(?P<value>Systems, Inc)", r"between (?P<value>[\w ]+, Inc)", r"(?P<value>Other, Inc)"],
    }
    text = "between Heartland Systems, Inc and Other, Inc"
    assert read(tmp_path, text, party=party) == {"party": ["Heartland Systems, Inc", "Other, Inc"]}
