"""Intervals, calibration, risk and coverage on numbers that can be checked by hand."""

from __future__ import annotations

import pytest

from processors.forge.evaluation import confidence, intervals
from processors.forge.evaluation.confidence import Belief
from processors.forge.evaluation.scoring.counts import Counts


def beliefs(*rows: tuple[float, bool]) -> list[Belief]:
    return [Belief(c, right, f"d{i}") for i, (c, right) in enumerate(rows)]


def test_an_interval_holds_its_figure_and_narrows_with_documents() -> None:
    few = intervals.f1([Counts(1, 1, 1), Counts(0, 1, 1)] * 5)
    many = intervals.f1([Counts(1, 1, 1), Counts(0, 1, 1)] * 100)
    assert few and many
    assert few.value == many.value == 0.5
    assert few.low < many.low < 0.5 < many.high < few.high
    assert many.high - many.low == pytest.approx(2 * 1.96 * (0.25 / 200) ** 0.5, abs=0.02)  # as for a share
    assert intervals.f1([]) is None


def test_the_same_documents_give_the_same_interval() -> None:
    documents = [Counts(1, 2, 2), Counts(2, 2, 2), Counts(0, 1, 2)]
    assert intervals.f1(documents) == intervals.f1(documents)


def test_a_paired_difference_knows_that_the_documents_are_the_same() -> None:
    ours = [Counts(i % 2, 1, 1) for i in range(40)]
    same = intervals.f1_difference(ours, ours)
    assert same and (same.value, same.low, same.high) == (0, 0, 0)
    better = intervals.f1_difference([Counts(1, 1, 1)] * 40, ours)
    assert better and better.value == 0.5 and better.low > 0.3
    with pytest.raises(ValueError, match="40 documents of one model, 1 of the other"):
        intervals.f1_difference(ours, ours[:1])


def test_auroc_is_the_chance_of_the_right_order() -> None:
    assert confidence.auroc(beliefs((0.9, True), (0.8, True), (0.1, False))) == 1.0
    assert confidence.auroc(beliefs((0.9, False), (0.1, True))) == 0.0
    assert confidence.auroc(beliefs((0.5, True), (0.5, False))) == 0.5
    assert confidence.auroc(beliefs((0.9, True), (0.5, True), (0.7, False))) == 0.5
    assert confidence.auroc(beliefs((0.9, True))) is None


def test_the_interval_of_the_order_holds_it() -> None:
    rows = [Belief(i / 40, i % 3 > 0 or i > 25, f"d{i % 20}") for i in range(40)]
    found = intervals.order(rows)
    assert found and found.value == confidence.auroc(rows)
    assert found.low < found.value < found.high <= 1
    alone = intervals.order(beliefs((0.9, True), (0.1, False)))
    assert alone and (alone.value, alone.low, alone.high) == (1, 1, 1)
    assert intervals.order(beliefs((0.9, True))) is None


def test_calibration_error_is_the_mean_gap() -> None:
    assert confidence.ece(beliefs((0.75, True), (0.75, True), (0.75, True), (0.75, False))) == pytest.approx(0)
    assert confidence.ece(beliefs((0.95, False), (0.15, True))) == pytest.approx((0.95 + 0.85) / 2)
    assert confidence.ece([]) is None
    (one,) = confidence.bins(beliefs((1.0, True), (0.9, False)))
    assert (one.confidence, one.precision, one.values) == (0.95, 0.5, 2)


def test_risk_by_coverage_releases_equal_confidences_together() -> None:
    rows = [Belief(0.9, True, "a"), Belief(0.9, False, "a"), Belief(0.5, True, "a"), Belief(0.7, True, "b")]
    curve = confidence.curve(rows)
    assert [(p.threshold, p.coverage, p.risk) for p in curve] == [
        (0.9, 0.5, 0.5),
        (0.7, 0.75, 1 / 3),
        (0.5, 1, 0.25),
    ]
    assert [p.documents for p in curve] == [0, 0.5, 1]  # "b" has nothing left to look at from 0.7 on
    assert confidence.bearable(curve) is None
    found = confidence.bearable(curve, risk=0.4)
    assert found and found.coverage == 1


def test_the_bound_on_wrong_values_shrinks_with_what_was_seen() -> None:
    assert confidence.most_likely_wrong(0, 0) == 1
    assert confidence.most_likely_wrong(0, 10) == pytest.approx(0.213, abs=0.002)
    assert confidence.most_likely_wrong(0, 270) == pytest.approx(0.01, abs=0.001)
    assert confidence.most_likely_wrong(5, 10) == pytest.approx(0.731, abs=0.01)
