"""A document of a reprocessing whose record is gone is sent again when a person says so."""

from __future__ import annotations

from datetime import timedelta

from processors.batch.report import Standstill
from processors.batch.reprocess.deciding import Decision, decide
from processors.batch.reprocess.emitting import emit
from processors.pipeline import HELD
from tests.unit.batch.reprocess.office import LATER, Office, unhurried

LANE = "documents.classified.reprocessing"
AT_ONCE = timedelta(0)


def lost(office: Office) -> str:
    """A document that was sent, and whose record the topic then lost."""
    document = office.ended("a", {"total": 1})
    office.ended("b", {"total": 1})
    made = office.plan()
    emit(office.doors, made, made.chunks[0], unhurried())
    office.record()
    records = office.shop.topics.records[LANE]
    records[:] = [record for record in records if record.key != document.encode()]
    office.work()
    return document


def test_it_is_lost_until_a_person_has_it_resumed(office: Office) -> None:
    document = lost(office)
    (still,) = office.compare(patience=AT_ONCE).still
    assert (still.document, still.run, still.why, still.resumed) == (document, "re-one", Standstill.LOST, False)
    assert [one.resumed for one in office.compare(patience=AT_ONCE, resume=True).still] == [True]
    office.extract.run()
    office.work()
    assert office.compare(patience=AT_ONCE).still == []
    assert sorted(event.subject for event in office.events(HELD)).count(document) == 1


def test_it_is_left_where_it_is_once_the_run_was_decided_about(office: Office) -> None:
    lost(office)
    made = office.plan("two").model_copy(update={"run": "re-one"})
    decide(office.doors, made, Decision(word="rejected", by="Ben", at=LATER, reason="", report=""))
    assert [one.resumed for one in office.compare(patience=AT_ONCE, resume=True).still] == [False]
