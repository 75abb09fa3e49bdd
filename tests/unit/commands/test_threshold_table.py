"""What `chancery forge evaluate` says of release thresholds, from the figures that an evaluation has."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from processors.commands.threshold_table import NONE_HIGH_ENOUGH, threshold_table, thresholds
from processors.forge.evaluation import confidence, figures
from processors.forge.evaluation.confidence import Belief


def judged(*values: tuple[float, bool], auroc: tuple[float, float] | None = (0.8, 0.95)) -> dict[str, Any]:
    """Figures of a type whose values had these confidences and were right or not."""
    curve = confidence.curve([Belief(sure, right, f"d{nth}") for nth, (sure, right) in enumerate(values)])
    low_high = None if auroc is None else {"value": 0.9, "low": auroc[0], "high": auroc[1]}
    return {"review": figures.review(curve, len(values)), "auroc_interval": low_high}


def printed(found: dict[str, dict[str, Any]]) -> list[str]:
    stream = io.StringIO()
    Console(file=stream, width=120).print(threshold_table(found))
    return [" ".join(line.split()) for line in stream.getvalue().splitlines()]


def test_the_threshold_of_the_report_stands_beside_the_types_own() -> None:
    receipt = judged((0.99, True), (0.95, True), (0.85, True), (0.8, False), (0.7, True))
    found = thresholds({"types": {"receipt": receipt}}, {"receipt": 0.9})
    assert (found["receipt"]["own"], found["receipt"]["measured"]) == (0.9, 0.85)
    assert printed(found) == [
        "type its threshold for at most 1% wrong to review AUROC (95 %)",
        "receipt 0.9 0.850 40% 0.90 (0.80 to 0.95)",
    ]


@pytest.mark.parametrize(
    ("auroc", "words"), [((0.236, 0.971), "0.90 (0.24 to 0.97), may be chance"), (None, "not measured")]
)
def test_where_the_surest_value_is_wrong_no_threshold_is_made_up(
    auroc: tuple[float, float] | None, words: str
) -> None:
    found = thresholds({"types": {"order": judged((0.99, False), (0.8, True), auroc=auroc)}}, {"order": 0.9})
    assert found["order"]["measured"] is None
    assert printed(found)[1] == f"order 0.9 {NONE_HIGH_ENOUGH} 100% {words}"


def test_a_model_that_reads_no_values_has_no_thresholds() -> None:
    assert thresholds({"types": {"receipt": {"documents": 4}}}, {"receipt": 0.9}) == {}
