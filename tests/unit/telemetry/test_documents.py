"""Ends of documents are counted once, however often they are heard of; runs of jobs by how they ended."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from processors.record.ledger import Ledger
from processors.record.stage import Recorder
from processors.telemetry import documents
from tests.unit.record import makers as m
from tests.unit.telemetry.told import number, rising


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[Recorder]:
    with Ledger.open(f"sqlite:///{tmp_path}/ledger.sqlite") as ledger:
        yield Recorder(ledger, documents.ended)


def test_an_end_is_counted_once_with_the_time_from_the_first_event_on(recorder: Recorder) -> None:
    ended = rising("chancery_documents_ended_total", end="result", reason="")
    timed = [rising(f"chancery_document_seconds_{what}", end="result") for what in ("count", "sum")]
    end = m.event(m.result(), 60)
    # In one batch, in whatever order; again; and with a neighbour that is new.
    assert recorder.record([end, *reversed(m.way())]) == len(m.way()) + 1
    assert recorder.record([end]) == 0
    assert recorder.record([*m.way(), end, *m.way("b")]) == len(m.way("b"))
    assert (ended(), [rose() for rose in timed]) == (1, [1, 60.0])


def test_an_end_that_is_the_first_to_be_heard_of_has_no_time(recorder: Recorder) -> None:
    ended = rising("chancery_documents_ended_total", end="quarantine", reason="encrypted")
    timed = rising("chancery_document_seconds_count", end="quarantine")
    recorder.record([m.event(m.quarantine("c"), 5)])
    assert (ended(), timed()) == (1, 0)


def test_a_time_without_a_zone_does_not_end_the_recorder(recorder: Recorder) -> None:
    ended = rising("chancery_documents_ended_total", end="result", reason="")
    end = m.event(m.result(), 60)
    forged = end.model_copy(update={"time": end.time.replace(tzinfo=None)})
    recorder.record([*m.way(), forged])
    assert ended() == 1


def test_each_kind_of_end_comes_with_its_reason(recorder: Recorder) -> None:
    rose = {
        (end, reason): rising("chancery_documents_ended_total", end=end, reason=reason)
        for end, reason in (("review", "type_unknown"), ("dead_letter", "stage_failed"), ("quarantine", "other"))
    }
    forged = m.quarantine("f", reason="Ann Lee")
    recorder.record([m.event(data, 9) for data in (m.review("d"), m.dead_letter("e"), forged)])
    assert {key: one() for key, one in rose.items()} == dict.fromkeys(rose, 1)


def test_a_record_that_nobody_could_read_is_no_document(recorder: Recorder) -> None:
    ended = rising("chancery_documents_ended_total", end="dead_letter", reason="stage_failed")
    assert recorder.record([m.event(m.dead_letter(None), 9)]) == 1
    assert ended() == 0


def test_nothing_is_counted_that_was_not_noted(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = rising("chancery_documents_ended_total", end="review", reason="type_unknown")
    monkeypatch.setattr(recorder._ledger, "_note", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        recorder.record([m.event(m.review("g"), 9)])
    assert ended() == 0


def test_runs_are_counted_by_job_and_state() -> None:
    failed = rising("chancery_runs_total", dag="reconcile", state="failed")
    documents.run(json.dumps({"data": {"dag": "reconcile", "outcome": "failed"}}).encode())
    assert failed() == 1


@pytest.mark.parametrize(
    "value", [b"", b"\xff", b"[]", b"{}", b"[" * 100_000, b'{"data": {"dag": [], "outcome": 1}}']
)
def test_a_report_that_cannot_be_read_is_counted_and_harms_nothing(value: bytes) -> None:
    other = rising("chancery_runs_total", dag="other", state="other")
    documents.run(value)
    assert other() == 1


def test_the_last_signature_of_a_chain_is_told() -> None:
    at = datetime(2026, 1, 2, tzinfo=UTC)
    documents.signed("0", at)
    assert number("chancery_audit_head_timestamp_seconds", chain="0") == at.timestamp()


def test_what_may_happen_is_visible_before_it_does() -> None:
    """Else the first dead letter of its kind is no rise from anything."""
    documents.may_end()
    documents.may_run()
    for end, reason in (("result", ""), ("quarantine", "too_large"), ("dead_letter", "slot_taken")):
        assert number("chancery_documents_ended_total", end=end, reason=reason) >= 0
    assert number("chancery_runs_total", dag="retain", state="late") >= 0
