from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.classify.head import document_vector, softmax
from processors.classify.terms import Terms, terms
from tests.unit.classify.samples import STRICT, head

LEFT = np.array([[1, 0]], np.float32)
NO_TERMS: Terms = np.zeros(0, np.uint32)
BETWEEN = np.array([[1, 0], [0, 1]], np.float32)


def test_the_nearest_type_wins_with_the_softmax_probability() -> None:
    verdict = head().judge(LEFT, NO_TERMS)
    assert verdict.type == "left"
    assert verdict.confidence == pytest.approx(np.exp(4) / (np.exp(4) + 1), abs=1e-5)
    assert [name for name, _ in verdict.scores] == ["left", "right"]
    assert verdict.distance == pytest.approx(0.0, abs=1e-6)


def test_below_the_threshold_a_document_is_unknown_but_keeps_its_scores() -> None:
    verdict = head().judge(BETWEEN, NO_TERMS)
    assert verdict.type == "unknown"
    assert verdict.confidence == pytest.approx(0.5)
    assert len(verdict.scores) == 2


def test_a_confident_softmax_does_not_save_a_document_that_lies_far_from_its_kind() -> None:
    far = np.array([[-0.1, -1.0]], np.float32)
    verdict = head().judge(far / np.linalg.norm(far), NO_TERMS)
    assert verdict.confidence > 0.9
    assert verdict.type == "unknown"


def test_distance_is_measured_to_prototypes_of_the_best_type_alone() -> None:
    guard = replace(head().guard, prototypes=np.array([[0, 1], [1, 0]], np.float32))
    verdict = replace(head(), guard=guard).judge(LEFT, NO_TERMS)
    assert verdict.distance == pytest.approx(1.0)
    assert verdict.type == "unknown"


def test_without_text_nothing_is_known() -> None:
    verdict = head(threshold=0.0).judge(np.zeros((0, 2), np.float32), NO_TERMS)
    assert (verdict.type, verdict.confidence, verdict.scores) == ("unknown", 0.0, ())


def test_a_higher_temperature_lowers_confidence_and_keeps_the_order() -> None:
    cool, warm = head().judge(LEFT, NO_TERMS), head(temperature=4.0).judge(LEFT, NO_TERMS)
    assert warm.confidence < cool.confidence
    assert [name for name, _ in warm.scores] == [name for name, _ in cool.scores]


def test_the_document_vector_is_the_mean_of_its_windows_at_unit_length() -> None:
    assert document_vector(BETWEEN) == pytest.approx([2**-0.5, 2**-0.5])


@given(st.lists(st.floats(-1e4, 1e4, width=32), min_size=1, max_size=9))
def test_softmax_is_a_distribution_whatever_the_logits(logits: list[float]) -> None:
    chances = softmax(np.array(logits, np.float32))
    assert np.isfinite(chances).all()
    assert chances.sum() == pytest.approx(1.0, abs=1e-4)


def test_a_document_without_the_words_of_its_type_is_unknown_and_its_confidence_is_low() -> None:
    verdict = head(acceptance=STRICT, floor=0.6).judge(LEFT, terms(["right", "bank"]))
    assert (verdict.type, verdict.scores[0][0]) == ("unknown", "left")
    assert verdict.confidence < 0.1
    assert verdict.coverage == pytest.approx(1 / 3)  # "bank" is on both


def test_without_the_guard_the_same_document_gets_a_type() -> None:
    verdict = head().judge(LEFT, terms(["right", "bank"]))
    assert verdict.type == "left"
    assert verdict.confidence > 0.9


def test_the_words_of_its_type_let_a_document_pass() -> None:
    verdict = head(acceptance=STRICT, floor=0.6).judge(LEFT, terms(["Left", "Bank:"]))
    assert verdict.type == "left"
    assert verdict.coverage == pytest.approx(1.0)


def test_below_its_floor_no_confidence_saves_a_document() -> None:
    verdict = head(floor=0.6).judge(LEFT, terms(["bank"]))
    assert verdict.confidence > 0.9
    assert verdict.type == "unknown"


def test_what_is_missing_to_one_is_the_chance_of_a_strange_kind() -> None:
    verdict = head(acceptance=(-0.35, 1.0, 0.0)).judge(LEFT, NO_TERMS)
    assert sum(chance for _, chance in verdict.scores) == pytest.approx(0.5)


def test_a_type_without_phrases_is_judged_by_chance_and_distance() -> None:
    strict = head(acceptance=STRICT, floor=0.6)
    open_minded = replace(strict, guard=replace(strict.guard, floors=np.zeros(2, np.float32)))
    assert open_minded.judge(LEFT, NO_TERMS).type == "left"
    assert strict.judge(LEFT, NO_TERMS).type == "unknown"
