from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("sklearn")

from processors.classify.head import UNKNOWN
from processors.forge import evaluate
from processors.forge.dataset import Example
from processors.forge.training import fit, fit_temperature, hold_out, kinds, train
from processors.forge.vectors import Vectors, embed, folds
from tests.unit.classify.samples import PlaneEncoder

pytestmark = pytest.mark.train
REST = "rest"


def data(each: int = 20, seed: int = 1) -> Vectors:
    """Three types around three axes of space; the rest is of two kinds."""
    random = np.random.default_rng(seed)
    axes = {"a": (0, "a"), "b": (1, "b"), "up": (2, REST), "down": (3, REST)}
    rows, labels, types = [], [], []
    for label, (axis, name) in axes.items():
        for _ in range(each):
            row = random.normal(0, 0.1, 4)
            row[axis] += 1
            rows.append(row / np.linalg.norm(row))
            labels.append(label)
            types.append(name)
    return Vectors(
        whole=np.array(rows, np.float32),
        types=np.array(types),
        labels=np.array(labels),
        documents=np.array([f"d{number}" for number in range(len(rows))]),
        extra=np.zeros((0, 4), np.float32),
        extra_row=np.zeros(0, np.int64),
    )


def test_a_trained_head_knows_its_documents() -> None:
    made = data()
    head = train(made, REST)
    said = [head.judge(vector[None, :]).type for vector in made.whole]
    assert np.mean(np.array(said) == made.types) > 0.95


def test_training_twice_gives_the_same_head() -> None:
    first, second = train(data(), REST), train(data(), REST)
    assert np.array_equal(first.weights, second.weights)
    assert np.array_equal(first.guard.prototypes, second.guard.prototypes)
    assert (first.temperature, first.threshold) == (second.temperature, second.threshold)


def test_the_opposite_of_everything_seen_is_unknown() -> None:
    head = train(data(), REST)
    assert head.judge(np.full((1, 4), -0.5, np.float32)).type == UNKNOWN


def test_two_types_are_enough() -> None:
    made = data()
    rows = made.types != REST
    head = fit(made, rows)
    assert [head.types[int(head.logits(vector).argmax())] for vector in made.whole[rows]] == made.types[
        rows
    ].tolist()


def test_no_document_is_on_both_sides_of_a_fold() -> None:
    groups = np.array(["x", "y", "x", "z", "y", "w", "v"])
    held = list(folds(groups, 3, seed=1))
    assert np.sum(held, axis=0).tolist() == [1] * len(groups)
    for mask in held:
        assert not set(groups[mask]) & set(groups[~mask])


def test_kinds_of_the_rest_are_held_out_whole() -> None:
    made = data()
    groups = kinds(made, REST)
    assert set(groups[made.types == REST]) == {"up", "down"}
    assert len(set(groups[made.types != REST])) == 40


def test_temperature_cools_an_overconfident_head() -> None:
    """Right 3 times in 4 at even odds of e^8: the fitted temperature brings confidence down to three quarters."""
    logits = np.tile(np.array([8.0, 0.0], np.float32), (400, 1))
    right = np.array([0, 0, 0, 1] * 100)
    temperature = fit_temperature(logits, right)
    assert 1 / (1 + np.exp(-8 / temperature)) == pytest.approx(0.75, abs=0.01)


def test_calibration_error_is_zero_when_confidence_is_the_share_of_hits() -> None:
    hit = np.array([True, True, True, False] * 25)
    assert evaluate.calibration_error(np.full(100, 0.75, np.float32), hit) == pytest.approx(0.0)
    assert evaluate.calibration_error(np.full(100, 1.0, np.float32), hit) == pytest.approx(0.25)


def test_the_report_counts_every_text_once() -> None:
    made = data()
    report = evaluate.report(made, train(made, REST), REST)
    confusion = report["new_documents"]["confusion"]
    assert sum(sum(row.values()) for row in confusion.values()) == len(made.types)
    assert report["new_documents"]["accuracy_of_best_type"] > 0.95
    assert report["new_kinds_of_rest"]["texts"] == 40


def test_held_out_rows_keep_their_order() -> None:
    made = data()
    seen = hold_out(made, ("a", "b", REST), made.documents)
    assert np.mean(np.array(["a", "b", REST])[seen.logits.argmax(axis=1)] == made.types) > 0.95


def test_documents_without_words_are_left_out_and_the_rest_gives_extra_windows() -> None:
    long = ["left"] * 400
    read = [(Example("1", "a", "a"), long), (Example("2", "n", REST), long), (Example("3", "a", "a"), [])]
    made = embed(read, PlaneEncoder(), REST)
    assert made.documents.tolist() == ["1", "2"]
    assert made.extra_row.tolist() == [1, 1, 1]
