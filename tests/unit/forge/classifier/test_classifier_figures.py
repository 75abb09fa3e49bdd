from __future__ import annotations

import pytest

from processors.forge.classifier.classifier_figures import Said, figures

TYPES = ["letter", "permit"]


def said(*rows: tuple[str, str, float]) -> list[Said]:
    """Wanted, said, confidence."""
    return [Said(f"d{number}", *row) for number, row in enumerate(rows)]


def test_what_was_named_rightly_wrongly_and_not_at_all_is_counted() -> None:
    ours = said(
        ("letter", "letter", 0.9),
        ("letter", "permit", 0.8),
        ("letter", "unknown", 0.4),
        ("permit", "permit", 1.0),
    )
    whole = figures(ours, None, TYPES)
    assert whole["documents"] == 4
    assert whole["released"] == {"values": 3, "wrong": 1, "precision": pytest.approx(0.6667)}
    # two right of three said and four there
    assert whole["micro_f1"]["value"] == pytest.approx(4 / 7, abs=1e-3)
    assert whole["micro_f1"]["low"] <= whole["micro_f1"]["value"] <= whole["micro_f1"]["high"]
    assert whole["difference"] is None
    permit = figures(ours, None, ["permit"])
    assert (permit["documents"], permit["released"]["values"], permit["released"]["wrong"]) == (1, 2, 1)


def test_a_model_that_is_worse_for_certain_has_an_interval_below_zero() -> None:
    good = said(*[("letter", "letter", 0.9)] * 30)
    bad = said(*[("letter", "unknown", 0.3)] * 15, *[("letter", "letter", 0.9)] * 15)
    assert figures(bad, good, TYPES)["difference"]["high"] < 0
    assert figures(good, bad, TYPES)["difference"]["low"] > 0
    assert figures(good, good, TYPES)["difference"] == {"value": 0.0, "low": 0.0, "high": 0.0}


def test_nothing_named_has_no_precision() -> None:
    whole = figures(said(("letter", "unknown", 0.2)), None, TYPES)
    assert whole["released"] == {"values": 0, "wrong": 0, "precision": None}
    assert whole["ece"] is None
