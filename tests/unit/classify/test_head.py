from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.classify import head as heads
from processors.classify.head import Guard, document_vector, softmax
from tests.unit.classify.samples import head

LEFT = np.array([[1, 0]], np.float32)
BETWEEN = np.array([[1, 0], [0, 1]], np.float32)


def test_the_nearest_type_wins_with_the_softmax_probability() -> None:
    verdict = head().judge(LEFT)
    assert verdict.type == "left"
    assert verdict.confidence == pytest.approx(np.exp(4) / (np.exp(4) + 1), abs=1e-5)
    assert [name for name, _ in verdict.scores] == ["left", "right"]
    assert verdict.distance == pytest.approx(0.0, abs=1e-6)


def test_below_the_threshold_a_document_is_unknown_but_keeps_its_scores() -> None:
    verdict = head().judge(BETWEEN)
    assert verdict.type == "unknown"
    assert verdict.confidence == pytest.approx(0.5)
    assert len(verdict.scores) == 2


def test_a_confident_softmax_does_not_save_a_document_that_lies_far_from_its_kind() -> None:
    far = np.array([[-0.1, -1.0]], np.float32)
    verdict = head().judge(far / np.linalg.norm(far))
    assert verdict.confidence > 0.9
    assert verdict.type == "unknown"


def test_distance_is_measured_to_prototypes_of_the_best_type_alone() -> None:
    guard = Guard(np.array([[0, 1], [1, 0]], np.float32), np.array([0, 1]), np.array([0.5, 0.5], np.float32))
    verdict = replace(head(), guard=guard).judge(LEFT)
    assert verdict.distance == pytest.approx(1.0)
    assert verdict.type == "unknown"


def test_without_text_nothing_is_known() -> None:
    verdict = head(threshold=0.0).judge(np.zeros((0, 2), np.float32))
    assert (verdict.type, verdict.confidence, verdict.scores) == ("unknown", 0.0, ())


def test_a_higher_temperature_lowers_confidence_and_keeps_the_order() -> None:
    cool, warm = head().judge(LEFT), head(temperature=4.0).judge(LEFT)
    assert warm.confidence < cool.confidence
    assert [name for name, _ in warm.scores] == [name for name, _ in cool.scores]


def test_the_document_vector_is_the_mean_of_its_windows_at_unit_length() -> None:
    assert document_vector(BETWEEN) == pytest.approx([2**-0.5, 2**-0.5])


@given(st.lists(st.floats(-1e4, 1e4, width=32), min_size=1, max_size=9))
def test_softmax_is_a_distribution_whatever_the_logits(logits: list[float]) -> None:
    chances = softmax(np.array(logits, np.float32))
    assert np.isfinite(chances).all()
    assert chances.sum() == pytest.approx(1.0, abs=1e-4)


def test_a_saved_head_judges_as_before_and_saves_to_the_same_bytes(tmp_path: Path) -> None:
    heads.save(head(), tmp_path / "a")
    heads.save(heads.load(tmp_path / "a"), tmp_path / "b")
    for name in ("head.npz", "head.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert heads.load(tmp_path / "a").judge(LEFT) == head().judge(LEFT)


@pytest.mark.parametrize("change", [{"format": 2}, {"types": ["left"]}])
def test_files_that_do_not_fit_together_are_refused(tmp_path: Path, change: dict[str, object]) -> None:
    heads.save(head(), tmp_path)
    about = json.loads((tmp_path / "head.json").read_text()) | change
    (tmp_path / "head.json").write_text(json.dumps(about))
    with pytest.raises(ValueError, match=r"head\.(json|npz)"):
        heads.load(tmp_path)
