"""What the documentation says of metrics is what the table says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from processors.telemetry.catalogue import CATALOGUE, Metric

DOCS = (Path(__file__).parents[3] / "docs" / "metrics.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("row", CATALOGUE, ids=lambda row: row.name)
def test_each_metric_is_documented_as_it_is(row: Metric) -> None:
    labels = ", ".join(f"`{label}`" for label in row.labels) or "none"
    assert f"| `{row.name}` | {row.kind} | {labels} | {row.meaning} |\n" in DOCS


def test_what_is_documented_exists() -> None:
    known = {row.name for row in CATALOGUE}
    assert set(re.findall(r"\bchancery_\w+", DOCS)) == known
    assert len(known) == len(CATALOGUE)


def test_every_label_is_explained() -> None:
    explained = set(re.findall(r"`(\w+)`", "\n".join(re.findall(r"^\| (.+?) \|", DOCS, re.MULTILINE))))
    assert {label for row in CATALOGUE for label in row.labels} - explained == set()


@pytest.mark.parametrize("row", CATALOGUE, ids=lambda row: row.name)
def test_names_follow_the_rules_of_prometheus(row: Metric) -> None:
    assert re.fullmatch(r"chancery_[a-z_]+", row.name)
    assert row.name.endswith("_total") is (row.kind == "counter")
    assert bool(row.buckets) is (row.kind == "histogram")
    assert list(row.buckets) == sorted(set(row.buckets))
    assert len(set(row.labels)) == len(row.labels)
