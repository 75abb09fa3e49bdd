"""From what a model said to proposals: parsed strictly, found on the page, scored by its tokens."""

from __future__ import annotations

import json
from math import exp, log
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.extract.language.answers import proposals, values
from processors.extract.language.grammar import grammar
from processors.extract.language.scores import score
from processors.extract.language.shape import Members, shape
from processors.extract.language.windows import Window, windows
from processors.stage import Completion
from tests.unit.extract.language.made_schemas import INVOICE
from tests.unit.extract.language.walks import walk
from tests.unit.extract.made_pages import page


def fields(**properties: dict[str, Any]) -> Members:
    return shape({"type": "object", "properties": properties})


def window(text: str) -> Window:
    (made,) = windows([page(text)])
    return made


def said(value: object) -> Completion:
    return Completion(json.dumps(value, separators=(",", ":"), ensure_ascii=False))


TEXT = {"type": "string", "x-normaliser": "text"}
AMOUNT = {"type": "string", "x-normaliser": "amount"}


def test_a_value_leads_to_its_words_without_what_is_glued_to_them() -> None:
    here = window("Invoice Date:03/31/2020, Acme (Holding) Ltd.")
    got = proposals(
        said({"d": "03/31/2020", "n": "Acme (Holding) Ltd", "x": None}), fields(d=TEXT, n=TEXT, x=TEXT), here
    )
    assert [(p.path, p.page, p.words, p.text) for p in got] == [
        ("d", 1, (1,), "03/31/2020"),
        ("n", 1, (2, 3, 4), "Acme (Holding) Ltd"),
    ]
    assert {p.reader for p in got} == {"language"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{",
        '{"a":"x"',
        '{"a":"x"} ',
        '{"a":1}',
        '{"a":["x"]}',
        '{"a":"x","a":"x"}',
        '{"b":"x"}',
        '{"a":"x","b":null}',
        '{"a":{"a":"x"}}',
        '{"a":NaN}',
        '{"a":"\\ud800"}',
        "[" * 100_000,
        '{"a":' + "[" * 100_000,
        'Sure! Here it is: {"a":"x"}',
    ],
)
def test_what_is_not_of_the_form_proposes_nothing(text: str) -> None:
    assert proposals(Completion(text), fields(a=TEXT), window("y z")) == []


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_no_text_raises(text: str) -> None:
    assert proposals(Completion(text), shape(INVOICE), window("y z")) == []


def test_an_answer_that_was_cut_short_proposes_nothing() -> None:
    whole = Completion('{"a":"x"}')
    assert [p.text for p in proposals(whole, fields(a=TEXT), window("x"))] == ["x"]
    assert proposals(Completion('{"a":"x"}', finished=False), fields(a=TEXT), window("x")) == []


def test_text_that_is_not_in_the_document_is_not_proposed() -> None:
    # the negative control: without a grammar a model says such things
    got = proposals(
        said({"a": "Acme Ltd", "b": "Acme", "c": "cme"}), fields(a=TEXT, b=TEXT, c=TEXT), window("Acme Inc")
    )
    assert [p.text for p in got] == ["Acme"]


def test_of_equal_values_each_field_gets_the_one_by_its_label() -> None:
    here = window("Tax        5.00\nDeposit    5.00\nTotal due  5.00")
    wanted = fields(
        total={**AMOUNT, "x-labels": ["Total due"]},
        tax={**AMOUNT, "x-labels": ["Tax"]},
        deposit={**AMOUNT, "x-labels": ["Deposit"]},
    )
    got = proposals(said({"total": "5.00", "tax": "5.00", "deposit": "5.00"}), wanted, here)
    assert {p.path: p.words for p in got} == {"tax": (1,), "deposit": (3,), "total": (6,)}


def test_equal_values_of_a_list_are_taken_in_order() -> None:
    here = window("bolt 5.00\nnut 5.00\nscrew 7.00\nwasher 5.00")
    wanted = fields(lines={"type": "array", "items": {"type": "object", "properties": {"t": TEXT, "a": AMOUNT}}})
    lines = [{"t": t, "a": "5.00"} for t in ("bolt", "nut", "washer")]
    got = proposals(said({"lines": lines}), wanted, here)
    assert {p.path: p.words for p in got if p.path.endswith("a")} == {
        "lines/0/a": (1,),
        "lines/1/a": (3,),
        "lines/2/a": (7,),
    }


def test_numbers_and_choices_are_proposed_where_they_stand() -> None:
    here = window("Pieces 1,200.50 of goods, 12 boxes")
    wanted = fields(
        n={"type": "number"}, i={"type": "integer"}, k={"enum": ["goods", "services"]}, b={"type": "boolean"}
    )
    got = proposals(Completion('{"n":1200.50,"i":12,"k":"goods","b":true}'), wanted, here)
    assert {p.path: (p.words, p.text) for p in got} == {
        "n": ((1,), "1,200.50"),
        "i": ((4,), "12"),
        "k": ((3,), "goods"),
    }
    assert proposals(Completion('{"n":null,"i":13,"k":"services","b":false}'), wanted, here) == []


def test_all_that_a_walk_says_is_found() -> None:
    here = window('Acme "Best" Ltd.  No.:INV-2026/7   Date: 03/31/20-04/06/20\n1 bolt 3 $1,200.50')
    for seed in range(20):
        text = walk(grammar(shape(INVOICE), here), seed)
        found = values(Completion(text), shape(INVOICE))
        placed = proposals(Completion(text), shape(INVOICE), here)
        assert [p.path for p in placed] == [one.path for one in found if one.path != "kind"]


def test_the_score_is_of_the_values_own_free_tokens() -> None:
    tokens = (
        ('{"a":', 0.0),
        ('"', log(0.9)),
        ("Ac", log(0.5)),
        ("me", 0.0),
        ('","b":', log(0.8)),
        ('"x"}', log(0.1)),
    )
    completion = Completion("".join(text for text, _ in tokens), tokens)
    a, b = values(completion, fields(a=TEXT, b=TEXT))
    free = [log(0.9), log(0.5), log(0.8)]
    assert a.score == pytest.approx(exp((min(free) + sum(free) / 3) / 2))
    assert b.score == pytest.approx(0.1)


def test_without_probabilities_the_score_says_that_nothing_is_known() -> None:
    assert score(Completion('{"a":"x"}'), 5, 8) == 0.5
    forced = Completion('"x"', (('"', 0.0), ("x", 0.0), ('"', 0.0)))
    assert score(forced, 0, 3) == 1.0
    # tokens that do not spell the text: all of them count
    assert score(Completion('"é"', (('"\ufffd', log(0.25)), ('\ufffd"', log(0.25)))), 0, 3) == pytest.approx(0.25)
