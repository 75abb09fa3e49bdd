"""Reports of ended runs: what they say, and under which id."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from processors.events import RunReported
from processors.orchestration import outcomes
from processors.ports import Outgoing
from processors.runtime.codec import decode

AT = datetime(2026, 11, 26, 12, tzinfo=UTC)


def context(counts: Any = None, **changes: Any) -> dict[str, Any]:
    run = {
        "run_id": "r1",
        "triggering_user_name": "ada",
        "start_date": AT,
        "end_date": AT,
        "clear_number": 0,
        **changes,
    }
    instance = SimpleNamespace(xcom_pull=lambda task_ids: counts if task_ids == "summary" else None)
    return {
        "dag": SimpleNamespace(dag_id="reprocess"),
        "dag_run": SimpleNamespace(**run),
        "ti": instance,
        "run_id": "r1",
        "reason": "task_failure",
    }


class Acts(list[Outgoing]):
    def write(self, record: Outgoing) -> None:
        self.append(record)


def test_a_report_names_the_run_its_asker_and_its_counts() -> None:
    event = outcomes.reported(context({"documents": 3, "table": "…", "sure": True}), "failed", "summary")
    assert event.data == RunReported(
        dag="reprocess",
        run="r1",
        outcome="failed",
        by="ada",
        started=AT,
        ended=AT,
        reason="task_failure",
        counts={"documents": 3},
    )
    kept = Acts()
    outcomes.tell(kept, event)
    assert (kept[0].topic, kept[0].key) == ("runs.reported", b"reprocess")
    assert decode(kept[0].value) == event


def test_a_repeat_has_the_same_id_and_another_end_another() -> None:
    first = outcomes.reported(context(), "failed", "")
    assert outcomes.reported(context({"documents": 9}), "failed", "summary").id == first.id
    assert outcomes.reported(context(), "succeeded", "").id != first.id
    assert outcomes.reported(context(clear_number=1), "failed", "").id != first.id
    assert outcomes.reported(context(run_id="r2"), "failed", "").id != first.id


def test_what_airflow_does_not_know_any_more_stays_out() -> None:
    """The context of a run of which no task is left."""
    poor = {"dag": SimpleNamespace(dag_id="reprocess"), "run_id": "r1", "reason": "timed_out"}
    told = outcomes.reported(poor, "failed", "summary").data
    assert told == RunReported(dag="reprocess", run="r1", outcome="failed", reason="timed_out")


def test_a_run_that_is_late_is_reported_from_plain_json(monkeypatch: Any) -> None:
    written: list[Any] = []
    monkeypatch.setattr(outcomes, "_write", written.append)
    run = {
        "dag_id": "reprocess",
        "dag_run_id": "r1",
        "triggering_user_name": None,
        "start_date": "2026-11-26T12:00:00Z",
    }
    for deadline in ("d1", "d1", "d2"):
        outcomes.late(context={"dag_run": run, "deadline": {"id": deadline, "deadline_time": "…"}})
    assert written[0].data == RunReported(
        dag="reprocess", run="r1", outcome="late", started=AT, reason="deadline_missed"
    )
    assert [written[0].id == one.id for one in written] == [True, True, False]
