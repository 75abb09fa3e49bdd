"""The closed lists say what the code says."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from processors.events import RunReported, Verdict
from processors.pipeline import STAGES, TOPICS, Lanes
from processors.reasons import QuarantineReason, ReviewReason
from processors.record.states import State
from processors.record.unended import ON_THE_WAY, WAITING
from processors.runtime import retry
from processors.runtime.beside import RUN
from processors.telemetry import labels, work
from processors.telemetry.catalogue import CATALOGUE
from processors.telemetry.labels import OTHER, closed
from tests.test_topology import _error_codes

DAGS = Path(__file__).parents[3] / "dags"


def known(label: str, values: set[str]) -> bool:
    return {closed(label, value) for value in values} == values


def test_stages_processes_topics_and_lanes_are_those_of_the_table() -> None:
    stages = {row.name for row in STAGES}
    assert known("stage", {*stages})
    assert known("process", {*stages, *RUN, "console"})
    assert known("topic", {topic.name for topic in TOPICS})
    assert known("lanes", set(get_args(Lanes)))


#: What Prometheus and its operator put on whatever they scrape; ours would be moved to `exported_…` there.
_OF_SCRAPES = {
    *("job", "instance", "namespace", "pod", "container", "endpoint", "service", "node"),
    *("prometheus", "prometheus_replica", "cluster", "le", "quantile"),
}


def test_no_label_is_one_that_scraping_takes() -> None:
    used = {label for metric in CATALOGUE for label in metric.labels}
    assert used
    assert not {*used, *labels._CLOSED} & _OF_SCRAPES


def test_reasons_and_error_codes_are_those_that_documents_end_with() -> None:
    assert set(labels._CODES) == set(_error_codes())
    assert known("reason", {reason.value for reason in (*QuarantineReason, *ReviewReason)} | set(_error_codes()))
    assert known("code", set(_error_codes()))


def test_states_are_those_of_the_ledger_that_are_no_end_or_wait_for_a_person() -> None:
    assert set(labels.OPEN_STATES) == {state.value for state in (*ON_THE_WAY, *WAITING)}
    assert closed("state", State.RESULT.value) == OTHER
    assert known("state", set(get_args(RunReported.model_fields["outcome"].annotation)))


def test_jobs_are_those_that_operators_have() -> None:
    assert set(labels.JOBS) == {file.stem for file in DAGS.glob("*.py")}


def test_decisions_and_verdicts_are_those_that_are_made() -> None:
    assert set(work._DECISIONS) == {kind.__name__ for kind in get_args(retry.Decision)}
    assert known("decision", set(work._DECISIONS.values()))
    assert known("grounding", set(get_args(Verdict)))
