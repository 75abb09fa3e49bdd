from __future__ import annotations

import numpy as np
import pytest

from processors.classify.head import NOTHING, UNKNOWN, Verdict
from processors.forge.classifier.evaluate import Said, auroc, calibration_error, figures

REST = "rest"


def said(document: str, true: str, best: str, confidence: float, *, known: bool = True, sure: bool = True) -> Said:
    scores = ((best, confidence), ("z", 0.0))
    return Said(document, true, true, known, Verdict(best if sure else UNKNOWN, confidence, scores, 0.1, 0.9))


SAID = [
    said("1", "a", "a", 0.9),
    said("2", "a", "a", 0.4, sure=False),
    said("3", "b", "a", 0.8),
    said("4", "b", "b", 0.95),
    said("5", "fax", "a", 0.3, known=False, sure=False),
    said("6", "fax", REST, 0.7, known=False),
    said("7", "fax", "b", 0.85, known=False),
]


def test_known_and_unknown_kinds_are_counted_apart() -> None:
    found = figures(SAID, REST)
    assert (found["documents"], found["texts"]) == (7, 7)
    known = found["known_kinds"]
    assert (known["texts"], known["accuracy_of_best_type"], known["accuracy_of_verdict"]) == (4, 0.75, 0.5)
    assert (known["unknown"], known["wrong_among_typed"]) == (0.25, 0.3333)
    assert known["confusion"] == {"a": {"a": 1, UNKNOWN: 1}, "b": {"a": 1, "b": 1}}
    strange = found["unknown_kinds"]
    assert (strange["texts"], strange["unknown"], strange["unknown_or_rest"]) == (3, 0.3333, 0.6667)
    assert strange["wrong"] == {"fax as b": 1}


def test_a_document_of_a_strange_kind_is_right_only_as_the_rest() -> None:
    confident = [said("1", "a", "a", 1.0), said("2", "fax", REST, 1.0, known=False)]
    assert figures(confident, REST)["confidence"]["calibration_error"] == 0.0
    wrong = [said("1", "a", "a", 1.0), said("2", "fax", "a", 1.0, known=False)]
    assert figures(wrong, REST)["confidence"]["calibration_error"] == 0.5


def test_an_interval_holds_the_mean_and_narrows_with_more_documents() -> None:
    few = [said(str(n), "a", "a" if n % 4 else "b", 0.9) for n in range(20)]
    many = [said(str(n), "a", "a" if n % 4 else "b", 0.9) for n in range(400)]
    low, high = figures(few, REST)["known_kinds"]["accuracy_of_verdict_interval"]
    lower, higher = figures(many, REST)["known_kinds"]["accuracy_of_verdict_interval"]
    assert low < 0.75 < high
    assert low < lower < 0.75 < higher < high


def test_texts_of_one_document_are_drawn_together() -> None:
    """Forty texts of two documents, one right and one wrong: nothing is known of the mean."""
    twins = [said("1", "a", "a", 0.9)] * 20 + [said("2", "a", "b", 0.9)] * 20
    assert figures(twins, REST)["known_kinds"]["accuracy_of_verdict_interval"] == [0.0, 1.0]


def test_a_document_without_words_counts_as_unknown() -> None:
    found = figures([*SAID, Said("8", "a", "a", known=True, verdict=NOTHING)], REST)
    assert found["known_kinds"]["confusion"]["a"] == {"a": 1, UNKNOWN: 2}


def test_nothing_said_is_an_error() -> None:
    with pytest.raises(ValueError, match="no documents"):
        figures([], REST)


def test_auroc_counts_pairs_and_half_of_ties() -> None:
    confidence = np.array([0.9, 0.5, 0.5, 0.1])
    assert auroc(confidence, np.array([True, True, False, False])) == pytest.approx(3.5 / 4)
    assert auroc(confidence, np.array([False, False, True, True])) == pytest.approx(0.5 / 4)
    assert auroc(confidence, np.ones(4, bool)) is None


def test_calibration_error_is_zero_when_confidence_is_the_share_of_hits() -> None:
    hit = np.array([True, True, True, False] * 25)
    assert calibration_error(np.full(100, 0.75), hit) == pytest.approx(0.0)
    assert calibration_error(np.full(100, 1.0), hit) == pytest.approx(0.25)
