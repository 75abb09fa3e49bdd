from __future__ import annotations

from typing import Any

import pytest

from processors.forge.registry.gate import Judgement, conditions, passed


def figures(**changes: Any) -> dict[str, Any]:
    one: dict[str, Any] = {
        "documents": 40,
        "difference": {"value": 0.0, "low": -0.05, "high": 0.05},
        "released": {"values": 100, "precision": 0.97},
        "ece": 0.04,
        "ungrounded": 0,
        "schema_valid": 1.0,
    }
    return one | changes


def judgement(
    whole: dict[str, Any] | None = None, letter: dict[str, Any] | None = None, **changes: Any
) -> Judgement:
    known: dict[str, Any] = {
        "split": "test",
        "judged_on": frozenset({"a", "b"}),
        "seen": frozenset({"c"}),
        "compared_with": "abc",
        "champion": "abc",
        "figures": {"all": whole or figures(), "types": {"letter": letter or figures()}},
        "values": True,
        "thresholds": {"letter": 0.9},
    }
    return Judgement(**(known | changes))


def failed(judged: Judgement) -> list[str]:
    return [one.name for one in conditions(judged) if not one.ok]


def test_a_good_model_passes() -> None:
    assert failed(judgement()) == []
    assert passed(conditions(judgement()))


@pytest.mark.parametrize(
    ("judged", "name"),
    [
        (judgement(split="dev"), "split"),
        (judgement(seen=frozenset({"b"})), "unseen"),
        (judgement(champion="xyz"), "champion"),
        (judgement(compared_with=""), "champion"),
        (judgement(figures(documents=9)), "documents"),
        (
            judgement(letter=figures(difference={"value": -0.1, "low": -0.2, "high": -0.01})),
            "micro-F1 beside the champion, letter",
        ),
        (judgement(letter=figures(difference=None)), "micro-F1 beside the champion, letter"),
        (
            judgement(letter=figures(released={"values": 10, "precision": 0.89})),
            "precision of released values, letter",
        ),
        (
            judgement(letter=figures(released={"values": 10, "precision": None})),
            "precision of released values, letter",
        ),
        (judgement(figures(ungrounded=1)), "ungrounded values"),
        (judgement(figures(ungrounded=None)), "ungrounded values"),
        (judgement(figures(schema_valid=0.999)), "schema-valid"),
        (judgement(figures(ece=0.11)), "calibration error"),
        (judgement(figures(ece=None)), "calibration error"),
    ],
)
def test_each_condition_closes_the_gate_alone_and_is_named(judged: Judgement, name: str) -> None:
    assert failed(judged) == [name]
    assert not passed(conditions(judged))


def test_nothing_measured_passes_nothing() -> None:
    assert len(failed(judgement(figures={}))) == 4


def test_a_type_of_which_nothing_is_released_needs_no_precision() -> None:
    assert failed(judgement(letter=figures(released={"values": 0, "precision": None}))) == []


def test_without_a_champion_there_is_nothing_to_be_worse_than() -> None:
    assert failed(judgement(letter=figures(difference=None), champion="", compared_with="")) == []


def test_a_model_that_reads_no_values_needs_no_grounding() -> None:
    whole = figures(ungrounded=None, schema_valid=None)
    assert failed(judgement(whole, values=False)) == []
