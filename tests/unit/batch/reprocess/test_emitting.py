"""Documents are sent each once, whoever is killed when; and nothing of what comes of it is published."""

from __future__ import annotations

from typing import Any

import pytest

from processors.adapters.memory_whole import MemoryCursor
from processors.batch.reprocess import emitting
from processors.batch.reprocess.deciding import Decision, decide
from processors.batch.reprocess.emitting import emit
from processors.batch.reprocess.errors import ReprocessError
from processors.batch.reprocess.manifest import Manifest
from processors.batch.reprocess.pace import Pace
from processors.batch.reprocess.progress import progress
from processors.batch.reprocess.working import Noted
from processors.pipeline import HELD
from processors.ports import Outgoing, Reached
from processors.record.states import State
from tests.unit.batch.reprocess.office import DOUBT, LATER, Office, unhurried
from tests.unit.runtime.shop import Killed

LANE = "documents.classified.reprocessing"


def send(office: Office, made: Manifest) -> Noted:
    (chunk,) = made.chunks
    return emit(office.doors, made, chunk, unhurried())


class Dying(MemoryCursor):
    """Dies in place of its second transaction, before or after it counts."""

    after = False
    written = 0

    def write(self, records: Any, reached: Reached) -> None:
        type(self).written += 1
        if self.written == 2 and not self.after:
            raise Killed
        super().write(records, reached)
        if self.written == 2:
            raise Killed


class DyingLate(Dying):
    after = True


@pytest.mark.parametrize("dying", [Dying, DyingLate])
def test_a_sender_that_is_killed_loses_and_doubles_nothing(office: Office, dying: type[Dying]) -> None:
    ids = {office.ended(str(n), {"total": n}) for n in range(8)}
    made = office.plan()
    cursors = office.doors.cursors
    dying.written = 0
    object.__setattr__(office.doors, "cursors", lambda *of: dying(office.shop.topics, office.cursors.lists, *of))
    with pytest.raises(Killed):
        send(office, made)
    assert 0 < len(office.events(LANE)) < 8
    object.__setattr__(office.doors, "cursors", cursors)
    assert send(office, made) == Noted(documents=8, left_out=0)
    assert sorted(event.subject for event in office.events(LANE)) == sorted(ids)


def test_control_without_the_position_a_killed_sender_doubles(office: Office) -> None:
    for n in range(8):
        office.ended(str(n), {"total": n})
    made = office.plan()
    DyingLate.written = 0
    object.__setattr__(office.doors, "cursors", lambda *of: DyingLate(office.shop.topics, {}, *of))
    with pytest.raises(Killed):
        send(office, made)
    object.__setattr__(office.doors, "cursors", lambda *of: MemoryCursor(office.shop.topics, {}, *of))
    send(office, made)
    subjects = [event.subject for event in office.events(LANE)]
    assert len(subjects) > len(set(subjects)) == 8


def test_what_the_ledger_has_heard_of_is_not_sent_again_though_kafka_forgot_the_position(office: Office) -> None:
    for n in range(4):
        office.ended(str(n), {"total": n})
    made = office.plan()
    DyingLate.written = 0
    object.__setattr__(office.doors, "cursors", lambda *of: DyingLate(office.shop.topics, {}, *of))
    with pytest.raises(Killed):
        send(office, made)
    office.record()
    object.__setattr__(office.doors, "cursors", lambda *of: MemoryCursor(office.shop.topics, {}, *of))
    send(office, made)
    assert len(office.events(LANE)) == 4


def test_a_list_that_is_through_is_not_sent_again(office: Office) -> None:
    office.ended("a", {"total": 1})
    made = office.plan()
    assert send(office, made) == send(office, made) == Noted(documents=1, left_out=0)
    assert len(office.events(LANE)) == 1


def test_results_are_held_and_nobody_is_asked(office: Office) -> None:
    one, other = office.ended("a", {"total": 1}), office.ended("b", {"total": 2})
    office.rereads = lambda document, values: values if document == one else {DOUBT: 1}
    made = office.plan()
    send(office, made)
    office.work()
    assert len(office.results()) == 2, "those of the first runs"
    assert office.events("reviews.requested") == []
    held = {event.subject: event.data for event in office.events(HELD)}
    assert (held[one].ends_as, held[other].ends_as, held[other].reason) == ("result", "review", "confidence_low")
    assert held[one].document.run_id == "re-one"
    assert "total" not in office.shop.records(HELD)[0].value.decode(), "no values on this topic"
    entry = office.ledger.entries([one], "re-one")[one]
    assert (entry.state, entry.state.is_end, entry.type_version) == (State.HELD, True, "2")
    assert office.ledger.find(one).run_id == "live"  # type: ignore[union-attr]
    assert progress(office.doors, made).finished


def test_the_stages_before_are_not_run_and_their_artefacts_stay_where_they_are(office: Office) -> None:
    document = office.ended("a", {"total": 1})
    send(office, office.plan())
    office.work()
    topics = {name for name, records in office.shop.topics.records.items() if records}
    lanes = {LANE, "documents.extracted.reprocessing", HELD}
    assert topics == {*lanes, "results.alpha.receipt"}
    (held,) = office.events(HELD)
    assert held.data.artefacts["pages"].key.startswith(f"alpha/{document}/live/ocr/")
    assert held.data.artefacts["fields"].key.startswith(f"alpha/{document}/re-one/extract/")


def test_what_cannot_begin_is_counted_and_the_others_go(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = office.ended("a", {"total": 1})
    office.ended("b", {"total": 1})
    made = office.plan()
    office.objects.delete("work", f"ends/alpha/{gone}/live")
    assert send(office, made) == Noted(documents=2, left_out=1)
    office.work()
    found = progress(office.doors, made)
    assert (found.left_out, found.ended, found.finished) == (1, 1, True)


def test_nothing_is_sent_once_it_was_decided(office: Office) -> None:
    office.ended("a", {"total": 1})
    made = office.plan()
    decide(office.doors, made, Decision(word="rejected", by="Ben", at=LATER, reason="no", report=""))
    with pytest.raises(ReprocessError, match="Ben has rejected one already"):
        send(office, made)
    assert office.events(LANE) == []


def test_a_run_is_not_finished_before_all_were_sent_and_ended(office: Office) -> None:
    office.ended("a", {"total": 1})
    made = office.plan()
    assert not progress(office.doors, made).finished
    send(office, made)
    assert not progress(office.doors, made).finished
    office.work()
    assert progress(office.doors, made).finished


def test_an_end_that_is_told_again_is_held_again(office: Office) -> None:
    office.ended("a", {"total": 1})
    send(office, office.plan())
    office.extract.run()
    office.publish.killed_at("processed")
    office.publish.killed_at("joined")
    office.work()
    assert [event.data.ends_as for event in office.events(HELD)] == ["result"]
    assert len(office.results()) == 1


# The pace


def test_a_rate_is_held_and_what_was_held_up_is_not_caught_up_on() -> None:
    slept: list[float] = []
    now = [100.0]

    def sleep(seconds: float) -> None:
        slept.append(round(seconds, 6))
        now[0] += seconds

    pace = Pace(10, clock=lambda: now[0], sleep=sleep)
    assert pace.at_once == 10
    for _ in range(3):
        pace.take(5)
    assert slept == [0.5, 0.5]
    now[0] += 60
    pace.take(5)
    pace.take(5)
    assert slept == [0.5, 0.5, 0.5]


@pytest.mark.parametrize("rate", [0, -1, float("nan")])
def test_what_is_no_rate_is_refused(rate: float) -> None:
    with pytest.raises(ReprocessError, match="more than 0"):
        Pace(rate)


def test_each_event_is_written_with_its_own_key(office: Office) -> None:
    document = office.ended("a", {"total": 1})
    send(office, office.plan())
    (record,) = office.shop.records(LANE)
    assert isinstance(record, Outgoing)
    assert record.key == document.encode()
    assert emitting.EMITTED in next(iter(office.cursors.lists))[0]
