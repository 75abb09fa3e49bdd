"""Catalogue, pipeline, AsyncAPI, chart, dashboards and alerts use the same names."""

from __future__ import annotations

import re
from typing import get_args

import pytest
import yaml

from processors.pipeline import NOTIFICATIONS, RESULTS, STAGES, TOPICS, Lanes
from processors.telemetry.catalogue import CATALOGUE, Metric
from processors.telemetry.labels import closed
from tests.seeing import files
from tests.seeing.files import Asked
from tests.seeing.promql import Matcher, Selector, question

ASYNCAPI = files.CHART.parents[1] / "schemas" / "asyncapi.yaml"
METRICS = {row.name: row for row in CATALOGUE}
#: Of vLLM's own those that its release tells which the chart names; a label each has: model_name and engine.
VLLM = {
    *("vllm:num_requests_running", "vllm:num_requests_waiting", "vllm:kv_cache_usage_perc"),
    *("vllm:prompt_tokens_total", "vllm:generation_tokens_total", "vllm:e2e_request_latency_seconds_bucket"),
}
#: Prometheus' own, and the labels that it gives.
ITS_OWN = {"up": {"job", "instance"}, "ALERTS": {"alertname", "alertstate", "severity"}}
#: Nobody looks at these. Each with its reason.
UNUSED: dict[str, str] = {}
#: Labels whose values differ from metric to metric.
VALUES = {
    ("chancery_work_total", "outcome"): {"done", "quarantined", "dead_lettered", "repeated"},
    ("chancery_model_requests_total", "outcome"): {"answered", "failed"},
    ("chancery_runs_total", "state"): {"succeeded", "failed", "late"},
}


def base(name: str) -> Metric | None:
    """The row of the catalogue that a metric of Prometheus belongs to."""
    if row := METRICS.get(name):
        return None if row.kind == "histogram" else row
    row = METRICS.get(re.sub(r"_(bucket|sum|count)$", "", name))
    return row if row and row.kind == "histogram" else None


def labels(name: str) -> set[str] | None:
    """The labels of a metric; None where there is no such metric."""
    if name in ITS_OWN:
        return ITS_OWN[name]
    if name in VLLM:
        return {"model_name", "engine", *(("le",) if name.endswith("_bucket") else ())}
    if name in files.recorded():
        return set(files.recorded()[name])
    row = base(name)
    return {*row.labels, *(("le",) if name.endswith("_bucket") else ())} if row else None


def known(metric: str, matcher: Matcher) -> bool:
    """Whether a metric's label takes the values that a matcher asks for."""
    if matcher.label == "le":
        row = base(metric)
        return row is None or float(matcher.value) in row.buckets
    if metric in ITS_OWN or metric in VLLM or matcher.value == ".+":
        return True
    values = matcher.value.split("|")
    allowed = VALUES.get((metric, matcher.label))
    return all(v in allowed if allowed else closed(matcher.label, v) == v for v in values)


def wrong(asked: Asked) -> list[str]:
    """Everything in an expression that does not exist."""
    found = question(asked.expression)
    complaints, there = [], set(found.made)
    for selector in found.selectors:
        have = labels(selector.metric)
        if have is None:
            complaints.append(f"no metric {selector.metric}")
            continue
        there |= have
        for matcher in selector.matchers:
            if matcher.label not in have:
                complaints.append(f"{selector.metric} has no label {matcher.label}")
            elif not known(selector.metric, matcher):
                complaints.append(f"{selector.metric}: {matcher.label} is never {matcher.value}")
    complaints += [f"no metric here has a label {name}" for name in (found.grouped | found.read) - there]
    left = (found.grouped | found.made) if found.aggregates else there
    complaints += [f"no label {name} is left" for name in set(re.findall(r"\{\{(\w+)\}\}", asked.legend)) - left]
    return complaints


@pytest.mark.parametrize("asked", files.asked(), ids=lambda asked: asked.by)
def test_what_is_asked_for_exists(asked: Asked) -> None:
    assert wrong(asked) == []


@pytest.mark.parametrize(
    ("expression", "legend", "complaint"),
    [
        ("sum (rate(chancery_works_total[5m]))", "", "no metric chancery_works_total"),
        ("sum (rate(chancery_work_seconds[5m]))", "", "no metric chancery_work_seconds"),
        ("sum (rate(chancery_work_total_count[5m]))", "", "no metric chancery_work_total_count"),
        ("vllm:num_requests_swapped", "", "no metric vllm:num_requests_swapped"),
        ("stage:chancery_line_records:sum", "", "no metric stage:chancery_line_records:sum"),
        ('chancery_work_total{phase="ocr"}', "", "chancery_work_total has no label phase"),
        ('chancery_work_seconds_sum{le="1"}', "", "chancery_work_seconds_sum has no label le"),
        ('chancery_work_total{stage="orc"}', "", "chancery_work_total: stage is never orc"),
        ('chancery_work_total{stage=~"ocr|orc"}', "", "chancery_work_total: stage is never ocr|orc"),
        ('chancery_work_total{lane="all"}', "", "chancery_work_total: lane is never all"),
        ('chancery_work_total{outcome="failed"}', "", "chancery_work_total: outcome is never failed"),
        (
            'chancery_line_records{topic="pages.requestd"}',
            "",
            "chancery_line_records: topic is never pages.requestd",
        ),
        ('chancery_failed_attempts_total{code="odd"}', "", "chancery_failed_attempts_total: code is never odd"),
        ('chancery_page_confidence_bucket{le="0.85"}', "", "chancery_page_confidence_bucket: le is never 0.85"),
        ("sum by (process) (chancery_work_total)", "", "no metric here has a label process"),
        ("sum by (stage) (chancery_work_total)", "{{lane}}", "no label lane is left"),
        ("sum (chancery_work_total)", "{{stage}}", "no label stage is left"),
        ("a and on (lane) b", "", "no metric a"),
        ('label_replace(up, "stage", "$1", "process", "(.+)")', "", "no metric here has a label process"),
    ],
)
def test_what_does_not_exist_is_found(expression: str, legend: str, complaint: str) -> None:
    assert complaint in wrong(Asked("somebody", expression, legend))


def names(asked: list[Asked]) -> list[str]:
    """The metrics that these ask for, as they call them."""
    return [selector.metric for one in asked for selector in question(one.expression).selectors]


def unseen(asked: list[Asked]) -> set[str]:
    """The metrics that nobody looks at."""
    return set(METRICS) - {row.name for name in names(asked) if (row := base(name))}


def test_each_metric_is_looked_at_by_somebody() -> None:
    asked = names(files.asked())
    assert unseen(files.asked()) == set(UNUSED)
    assert {name for name in asked if name in files.recorded()} == set(files.recorded()), "recorded for nobody"
    assert {name for name in asked if name in VLLM} == VLLM


def test_a_metric_that_nobody_looks_at_is_found() -> None:
    left = [one for one in files.asked() if "chancery_commit_seconds" not in one.expression]
    assert unseen(left) == {"chancery_commit_seconds"}


def test_a_recorded_series_has_the_labels_that_its_name_says() -> None:
    # The live test looks at the labels that it really has.
    every = {label for row in CATALOGUE for label in row.labels}
    for name, level in files.recorded().items():
        assert level <= every, name
        assert re.fullmatch(r"[a-z_]+:[a-z_]+:[a-z0-9]+", name)


def stages_of(alert: str) -> set[str]:
    """The stages that an alert names."""
    matchers = [m for s in question(files.alerts()[alert]["expr"]).selectors for m in s.matchers]
    return {stage for m in matchers if m.label == "stage" for stage in m.value.split("|")}


def test_alerts_and_dashboards_range_over_all_stages_and_lanes() -> None:
    names = [row.name for row in STAGES]
    assert stages_of("ChanceryLineStands") == set(names)
    choices = {
        one["name"]: one["query"].split(",")
        for one in files.dashboard(files.CHART / "dashboards" / "stages.json")["templating"]["list"]
        if one["type"] == "custom"
    }
    assert choices == {"stage": names, "lane": ["live", "reprocessing"]}
    assert set(choices["lane"]) == set(get_args(Lanes)) - {"all"}


def test_pipeline_asyncapi_and_chart_name_the_same_topics_and_stages() -> None:
    chart = yaml.safe_load((files.CHART / "files" / "pipeline.yaml").read_text(encoding="utf-8"))
    values = yaml.safe_load((files.CHART / "values.yaml").read_text(encoding="utf-8"))
    described = yaml.safe_load(ASYNCAPI.read_text(encoding="utf-8"))["channels"].values()
    topics = {topic.name for topic in TOPICS}
    assert {one["address"].replace("{", "<").replace("}", ">") for one in described} == topics
    assert {one["name"] for one in chart["topics"]} == topics - {RESULTS}
    assert [one["name"] for one in chart["stages"]] == [row.name for row in STAGES] == list(values["workers"])
    for one, row in zip(chart["stages"], STAGES, strict=True):
        assert (*one["live"], *one["reprocessing"]) == row.reads
    assert {closed("topic", topic) for topic in topics - {RESULTS}} == topics - {RESULTS}
    assert closed("topic", NOTIFICATIONS + "s") == "other"


def test_tokens_are_read_as_they_are_meant() -> None:
    found = question(
        'sum by (stage, le) (rate(a_bucket{stage="o{c}r", lane!~"x,y"}[5m] offset 1w)) # c{d="e"}\n'
        ' / on (stage) group_left (lane) b > 3 unless on () c and label_replace(d, "f", "$1", "g", "(.+)")'
    )
    assert found.selectors == [
        Selector("a_bucket", (Matcher("stage", "=", "o{c}r"), Matcher("lane", "!~", "x,y"))),
        *(Selector("b"), Selector("c"), Selector("d")),
    ]
    assert (found.grouped, found.made, found.read) == ({"stage", "le", "lane"}, {"f"}, {"g"})
