"""A second person's word publishes what is held, each once; a rejection publishes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from processors.adapters.memory_whole import MemoryCursor
from processors.batch import resubmission
from processors.batch.reprocess.deciding import Decision, decide
from processors.batch.reprocess.emitting import emit
from processors.batch.reprocess.errors import ReprocessError
from processors.batch.reprocess.manifest import Manifest
from processors.batch.reprocess.releasing import release
from processors.batch.reprocess.working import Noted
from processors.batch.resubmission import NotForPeopleError
from processors.batch.reviews.cases import decided_document, review_event
from processors.decisions import Look
from processors.events import Event, Review
from processors.places import end_key, look_key
from processors.record.states import State
from tests.unit.batch.reprocess.office import DOUBT, LATER, Office, unhurried
from tests.unit.batch.reprocess.test_emitting import DyingLate
from tests.unit.runtime.shop import NOW, Killed

WHEN = LATER + timedelta(days=1)


def held(office: Office, **wishes: Any) -> Manifest:
    """A reprocessing whose documents have all ended."""
    made = office.plan(**wishes)
    for chunk in made.chunks:
        emit(office.doors, made, chunk, unhurried())
    office.work()
    return made


def word(by: str = "Ben", word: Any = "approved") -> Decision:
    return Decision(word=word, by=by, at=WHEN, reason="", report="")


def let_go(office: Office, made: Manifest) -> Noted:
    (chunk,) = made.chunks
    return release(office.doors, made, chunk, unhurried())


def new_results(office: Office) -> list[Event[Any]]:
    return [event for event in office.results() if event.runid != "live"]


def test_an_approval_publishes_each_result_in_place_of_the_old_one(office: Office) -> None:
    ids = [office.ended(str(n), {"total": n}) for n in range(4)]
    old = {event.subject: event.id for event in office.results()}
    office.rereads = lambda _, values: {"total": values["total"] + 100}
    made = held(office)
    decide(office.doors, made, word())
    assert let_go(office, made) == Noted(documents=4, left_out=0)
    found = {event.subject: event for event in new_results(office)}
    assert len(found) == len(new_results(office)) == 4
    for document, event in found.items():
        assert event.data.supersedes == old[document]
        assert event.data.fields["total"] >= 100
        assert event.time == WHEN
        kept = office.objects.info("documents", end_key(event.data.document, "result"))
        assert kept is not None
        assert office.objects.read(kept.ref) == next(
            record.value
            for record in office.shop.records("results.alpha.receipt")
            if event.id.encode() in record.value
        )
    office.record()
    entries = office.ledger.entries(ids, "re-one").values()
    assert {entry.state for entry in entries} == {State.RESULT}


def test_a_second_reprocessing_takes_the_place_of_the_first(office: Office) -> None:
    document = office.ended("a", {"total": 1})
    made = held(office)
    decide(office.doors, made, word())
    let_go(office, made)
    office.record()
    (first,) = new_results(office)
    wish = made.wish.model_copy(update={"name": "two", "at": WHEN + timedelta(days=1)})
    from processors.batch.reprocess import manifest as manifests

    second = manifests.freeze(office.doors, wish)
    emit(office.doors, second, second.chunks[0], unhurried())
    office.work()
    decide(office.doors, second, word().model_copy(update={"at": WHEN + timedelta(days=2)}))
    let_go(office, second)
    assert [(e.subject, e.data.supersedes) for e in new_results(office) if e.runid == "re-two"] == [
        (document, first.id)
    ]


def test_a_rejection_publishes_nothing(office: Office) -> None:
    office.ended("a", {"total": 1})
    made = held(office)
    decide(office.doors, made, word(word="rejected"))
    with pytest.raises(ReprocessError, match="Nobody has approved"):
        let_go(office, made)
    assert new_results(office) == []


def test_control_nothing_is_published_before_anybody_decided(office: Office) -> None:
    office.ended("a", {"total": 1})
    made = held(office)
    with pytest.raises(ReprocessError, match="Nobody has approved"):
        let_go(office, made)


def test_whoever_asked_may_not_approve_however_they_write_their_name(office: Office) -> None:
    office.ended("a", {"total": 1})
    made = held(office)
    for name in ("Ada", " ada ", "\uff21\uff24\uff21"):
        with pytest.raises(ReprocessError, match="another person must approve"):
            decide(office.doors, made, word(by=name))
    with pytest.raises(ReprocessError, match="who you are"):
        decide(office.doors, made, word(by=" "))
    assert decide(office.doors, made, word(by="Ada", word="rejected")).word == "rejected", "she may give it up"


def test_the_first_word_counts_and_may_be_repeated(office: Office) -> None:
    office.ended("a", {"total": 1})
    made = held(office)
    first = decide(office.doors, made, word())
    assert decide(office.doors, made, word().model_copy(update={"at": WHEN + timedelta(days=1)})) == first
    for other in (word(word="rejected"), word(by="Cleo")):
        with pytest.raises(ReprocessError, match="Ben has approved one already"):
            decide(office.doors, made, other)


def test_what_is_to_compare_only_is_not_approved(office: Office) -> None:
    office.ended("a", {"total": 1})
    made = held(office, release=False)
    with pytest.raises(ReprocessError, match="compare only"):
        decide(office.doors, made, word())


def test_a_publisher_that_is_killed_loses_and_doubles_nothing(office: Office) -> None:
    for n in range(8):
        office.ended(str(n), {"total": n})
    made = held(office)
    decide(office.doors, made, word())
    cursors = office.doors.cursors
    DyingLate.written = 0
    object.__setattr__(
        office.doors, "cursors", lambda *of: DyingLate(office.shop.topics, office.cursors.lists, *of)
    )
    with pytest.raises(Killed):
        let_go(office, made)
    object.__setattr__(office.doors, "cursors", cursors)
    let_go(office, made)
    let_go(office, made)
    assert len(new_results(office)) == len({event.subject for event in new_results(office)}) == 8


def test_control_without_the_position_a_killed_publisher_doubles(office: Office) -> None:
    for n in range(8):
        office.ended(str(n), {"total": n})
    made = held(office)
    decide(office.doors, made, word())
    DyingLate.written = 0
    object.__setattr__(office.doors, "cursors", lambda *of: DyingLate(office.shop.topics, {}, *of))
    with pytest.raises(Killed):
        let_go(office, made)
    object.__setattr__(office.doors, "cursors", lambda *of: MemoryCursor(office.shop.topics, {}, *of))
    let_go(office, made)
    assert len(new_results(office)) > 8


def test_a_document_about_which_something_was_decided_since_is_left_alone(office: Office) -> None:
    document = office.ended("a", {"total": 1})
    made = held(office)
    (live,) = office.results()
    corrected = live.model_copy(
        update={
            "id": "corrected",
            "runid": "again-1",
            "time": WHEN - timedelta(hours=1),
            "data": live.data.model_copy(
                update={"document": live.data.document.model_copy(update={"run_id": "again-1"})}
            ),
        }
    )
    office.ledger.apply(corrected)
    decide(office.doors, made, word())
    assert let_go(office, made) == Noted(documents=1, left_out=1)
    assert [event for event in office.results() if event.runid == "re-one"] == []
    assert office.ledger.entries([document], "re-one")[document].state is State.HELD


def test_what_a_person_corrected_is_left_alone(office: Office) -> None:
    office.ended("a", {"total": 1}, review=Review(reviewer="Cleo", at=NOW))
    office.ended("b", {"total": 1})
    made = held(office)
    decide(office.doors, made, word())
    assert let_go(office, made) == Noted(documents=2, left_out=1)
    assert len(new_results(office)) == 1


def test_a_review_comes_of_a_result_and_not_of_a_review(office: Office) -> None:
    doubted = office.ended("a", {"total": 1})
    office.ended("b", {DOUBT: 1})
    settled = office.ended("c", {DOUBT: 1, "total": 2})
    office.rereads = lambda document, _: {"total": 2} if document == settled else {DOUBT: 1}
    made = held(office)
    decide(office.doors, made, word())
    assert let_go(office, made) == Noted(documents=3, left_out=1)
    asked = [event.subject for event in office.events("reviews.requested") if event.runid == "re-one"]
    assert asked == [doubted]
    assert [(event.subject, event.data.supersedes) for event in new_results(office)] == [(settled, "")]


def test_a_review_of_which_somebody_has_said_something_is_theirs(office: Office) -> None:
    """Also where the ledger has not heard of it: else two results would take one place."""
    settled, said = (office.ended(name, {DOUBT: 1, "total": 2}) for name in "ab")
    office.rereads = lambda *_: {"total": 2}
    made = held(office)
    review = review_event(office.doors, said, "alpha", "live")
    assert review is not None
    look = Look(review=review.id, run="live", says="set_aside", by="Ann", at=NOW, reason="illegible")
    key = look_key(decided_document(review), 1)
    office.doors.objects.put("documents", key, look.model_dump_json().encode(), "application/json")
    decide(office.doors, made, word())
    assert let_go(office, made) == Noted(documents=2, left_out=1)
    assert [event.subject for event in new_results(office)] == [settled]


def test_a_reprocessing_is_not_replayed_behind_everybodys_back(office: Office) -> None:
    document = office.ended("a", {"total": 1})
    held(office)
    entry = office.ledger.entries([document], "re-one")[document]
    from dataclasses import replace

    dead = replace(entry, state=State.DEAD_LETTER, end_event="e")
    with pytest.raises(NotForPeopleError, match="is a reprocessing"):
        resubmission.replay(office.doors, dead, "Ada", NOW)
