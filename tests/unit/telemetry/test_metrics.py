"""Only what stands in the table can be told, with labels from closed lists and with numbers that are known."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from prometheus_client import Counter

from processors.telemetry import labels, metrics
from processors.telemetry.catalogue import CATALOGUE, Metric
from tests.unit.telemetry.told import is_told, number, scrape, unknown

_SUFFIX = {"counter": "", "gauge": "", "histogram": "_count"}
#: What a stranger may try to bring in by a label.
HOSTILE = (
    "5f3c0d9a1b2c4d5e6f708192a3b4c5d6",
    "letter to Ann Lee.pdf",
    "x" * 10_000,
    'done"} 1\nforged_total{a="b',
    "\ud800",
    "",
    "Done",
    " done",
    "../../etc/passwd",
)


def tell(row: Metric, values: dict[str, str]) -> None:
    told: Any = {"counter": metrics.count, "gauge": metrics.put, "histogram": metrics.observe}[row.kind]
    told(row.name, 1, **values)


def all_labels() -> set[str]:
    return {label for row in CATALOGUE for label in row.labels}


@pytest.mark.parametrize("row", CATALOGUE, ids=lambda row: row.name)
def test_what_is_in_the_table_can_be_told_and_no_label_brings_in_what_is_in_no_list(row: Metric) -> None:
    for value in HOSTILE:
        values = dict.fromkeys(row.labels, value)
        # An end without a reason is a result.
        expected = {label: "" if (label, value) == ("reason", "") else labels.OTHER for label in row.labels}
        before = number(row.name + _SUFFIX[row.kind], **expected)
        tell(row, values)
        after = number(row.name + _SUFFIX[row.kind], **expected)
        assert after == (1 if row.kind == "gauge" else before + 1)
    told = scrape()
    assert [value for value in HOSTILE[:4] if value in told] == []
    assert unknown(told) == set()


def test_without_the_lists_a_document_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: what the test above looks for is there, once nothing looks values up."""
    monkeypatch.setattr(metrics, "closed", lambda label, value: value)
    metrics.count("chancery_pauses_total", process="ocr", code=HOSTILE[0])
    try:
        assert HOSTILE[0] in scrape()
    finally:
        metrics.forget("chancery_pauses_total")


def test_a_name_that_is_not_in_the_table_would_be_seen() -> None:
    """The control of `unknown`."""
    forged = Counter("chancery_forged_total", "Not in the table.", registry=metrics.REGISTRY)
    try:
        assert unknown(scrape()) == {"chancery_forged"}
    finally:
        metrics.REGISTRY.unregister(forged)


def test_another_name_kind_or_label_is_a_mistake_of_ours() -> None:
    wrongs: tuple[Callable[[], None], ...] = (
        lambda: metrics.count("chancery_documents_total"),
        lambda: metrics.put("chancery_pauses_total", 1, process="ocr", code="stage_failed"),
        lambda: metrics.count("chancery_pauses_total", process="ocr"),
        lambda: metrics.count("chancery_pauses_total", process="ocr", code="stage_failed", document="5f"),
    )
    for wrong in wrongs:
        with pytest.raises(metrics.UnknownMetricError):
            wrong()


def test_what_is_forgotten_is_not_told_until_it_is_known_again() -> None:
    for name, where in (("chancery_line_records", _LINE), ("chancery_oldest_open_seconds", {})):
        metrics.put(name, 7, **where)
        metrics.forget(name)
        metrics.forget(name)
        assert name not in scrape()
        metrics.put(name, 8, **where)
        assert number(name, **where) == 8


_LINE = {"stage": "ocr", "topic": "pages.requested", "lane": "live"}


def test_a_counter_can_be_seen_before_it_rises() -> None:
    where = {"stage": "publish", "code": "slot_taken", "decision": "pause"}
    assert not is_told("chancery_failed_attempts_total", **where)
    metrics.count("chancery_failed_attempts_total", 0, **where)
    assert is_told("chancery_failed_attempts_total", **where)


def test_what_an_installation_adds_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labels, "_CLOSED", dict(labels._CLOSED))
    labels.allow("document_type", ["receipt"])
    assert labels.closed("document_type", "receipt") == "receipt"
    numbers = count()
    labels.allow("document_type", [f"type-{next(numbers)}" for _ in range(10_000)])
    assert len(labels._CLOSED["document_type"]) == 500
    with pytest.raises(KeyError):
        labels.allow("document", ["5f"])
    assert all_labels() == set(labels._CLOSED)
