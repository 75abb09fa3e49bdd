"""A real Prometheus asks the processes of a real pipeline, and then answers every panel and computes every rule."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from processors.adapters.kafka_writer import KafkaWriter
from processors.pipeline import RUNS
from processors.ports import Outgoing
from tests import documents
from tests.live.oracle import Oracle, upload
from tests.live.test_metrics import SAMPLES, report
from tests.live.watched import watched
from tests.prometheus import Prometheus, RefusedError, Sample
from tests.seeing import files
from tests.seeing.promql import Matcher, Selector, question

pytestmark = [pytest.mark.live, pytest.mark.timeout(600)]

#: What asks for something that this run has not: a model, a GPU, a server that is away,
#: a week. Everything else must have an answer.
WITHOUT = (
    *("chancery_model_", "vllm:", "chancery_pauses_total"),
    *("offset 1w", 'status="5xx"'),
)
#: All is answered, noted and observed.
OVER = (
    'sum(chancery_work_total{outcome="dead_lettered"}) == 1',
    "sum(chancery_runs_total) == 1",
    "sum(chancery_line_records) == 0",
    "max(chancery_audit_head_timestamp_seconds) > 0",
    "min(count_over_time(chancery_failed_attempts_total[2m])) > 1",
    'ALERTS{alertstate="firing"}',
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    dropped = {
        "order.pdf": (SAMPLES / "fcc-order.pdf").read_bytes(),
        "receipt.png": (SAMPLES / "receipt-stationers.png").read_bytes(),
        "locked.pdf": documents.encrypted_pdf(),
        "letter.pdf": documents.text_pdf(["Dear Zebediah, all is well."], pages=2),
    }
    with (
        watched(tmp_path_factory.mktemp("watched") / "home") as at,
        closing(Oracle(at.settings)) as oracle,
        KafkaWriter(at.settings.kafka) as writer,
    ):
        at.look()
        writer.write(Outgoing(RUNS, b"report", report()))
        # Twice: what is told for the first time is seen to rise with the second.
        for turn in range(2):
            ids = [upload(at.settings, f"{turn} {name}", content) for name, content in dropped.items()]
            oracle.wait(ids, seconds=120)
            at.prometheus.shows(f"sum(chancery_documents_ended_total) == {(turn + 1) * len(dropped)}")
        writer.write(Outgoing("pages.requested", b"", b"no event of ours"))
        for over in OVER:
            at.prometheus.shows(over)
        # Panels look two minutes back, and the waits before may have taken as long.
        upload(at.settings, "last order.pdf", dropped["order.pdf"])
        at.prometheus.shows(f"sum(chancery_documents_ended_total) == {2 * len(dropped) + 1}")
        yield at.prometheus


def numbers(answer: list[Sample]) -> list[float]:
    return [value for _, value in answer if not math.isnan(value)]


def test_every_panel_is_answered(site: Prometheus) -> None:
    asked = list(files.asked_by_dashboards())
    silent = [one for one in asked if not numbers(site.now(one.expression))]
    unexcused = [f"{one.by}: {one.expression}" for one in silent if not any(w in one.expression for w in WITHOUT)]
    assert not unexcused, "\n".join(unexcused)
    idle = [excuse for excuse in WITHOUT if not any(excuse in one.expression for one in silent)]
    assert idle == [], "an excuse that nothing needs would hide what goes silent later"


def test_the_control_a_panel_that_asks_for_nothing_is_found(site: Prometheus) -> None:
    assert numbers(site.now("sum(rate(chancery_works_total[2m]))")) == []
    with pytest.raises(RefusedError, match="parse error"):
        site.now("sum(rate(chancery_work_total[2m])")


def test_every_rule_is_computed_and_what_is_recorded_has_the_labels_of_its_name(site: Prometheus) -> None:
    told = {rule["name"]: rule for rule in site.rules()}
    assert set(told) == {*files.alerts(), *files.recorded()}
    assert {name: rule["lastError"] for name, rule in told.items() if rule["health"] != "ok"} == {}
    for name, level in files.recorded().items():
        answer = site.shows(name)
        assert {frozenset(labels) - {"__name__"} for labels, _ in answer} == {level}, name


def test_the_dead_letter_wakes_somebody_and_nothing_else_does(site: Prometheus) -> None:
    fires = [labels for labels, _ in site.now('ALERTS{alertstate="firing"}')]
    assert [(one["alertname"], one["stage"]) for one in fires] == [("ChanceryDeadLetters", "ocr")]


def selectors(node: Any) -> Iterator[Selector]:
    """What Prometheus' own parser finds in an expression."""
    if isinstance(node, dict):
        if node.get("type") in ("vectorSelector", "matrixSelector"):
            matchers = [Matcher(one["name"], one["type"], one["value"]) for one in node["matchers"]]
            yield Selector(node["name"], tuple(one for one in matchers if one.label != "__name__"))
        for child in node.values():
            yield from selectors(child)
    elif isinstance(node, list):
        for child in node:
            yield from selectors(child)


def test_expressions_are_read_as_prometheus_reads_them(site: Prometheus) -> None:
    def sorted_(found: list[Selector]) -> list[Selector]:
        return sorted(found, key=repr)

    for asked in files.asked():
        theirs = list(selectors(site.ask("parse_query", query=asked.expression)))
        assert theirs
        assert sorted_(question(asked.expression).selectors) == sorted_(theirs), asked.by
