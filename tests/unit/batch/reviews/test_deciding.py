"""A review is decided by people, once, with everything in memory but the ledger and the publish stage."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from processors.batch.reconcile import Wishes, reconcile
from processors.batch.reviews import sending
from processors.batch.reviews.answers import Answer, Change
from processors.batch.reviews.cases import read_looks
from processors.batch.reviews.deciding import decide, keep
from processors.batch.reviews.errors import ReviewError, ValueRefused
from processors.batch.reviews.making import look_of
from processors.record.facts import utc_now
from processors.record.states import State
from processors.runtime import firsts
from processors.runtime.claims import Claims
from tests.unit.batch.reviews.office import TYPES, VALUES, Office, total, word
from tests.unit.runtime.shop import Killed


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    yield made
    made.close()


def state(office: Office, document: str) -> State:
    entry = office.ledger.find(document)
    assert entry is not None
    return entry.state


# What comes of a decision


def test_a_corrected_value_is_released_with_who_and_what(office: Office) -> None:
    document = office.wait()
    assert state(office, document) is State.REVIEW
    case = office.case(document)
    decided = office.decide(document, total())
    assert (decided.sent, decided.look, decided.run) == (True, 1, f"review-{case.event.id}")
    office.work()
    (result,) = office.results()
    data = result.data
    assert data.fields == {**VALUES, "total": "60.30"}
    assert (data.review.reviewer, data.review.changed) == ("Ada", ("total",))
    assert (data.confidence, data.type_confidence, data.document.continues) == (1.0, 1.0, "live")
    assert [step.stage for step in data.provenance][-2:] == ["people", "publish"]
    assert state(office, document) is State.RESULT


@pytest.mark.parametrize(
    ("change", "verdict", "note", "text", "page"),
    [
        # the person reads an O as a nought
        (Change(text="60.30", page=1, words=(word("6O"),)), "derived", "read_by_person", "6O.30", 1),
        (Change(text="60.30"), "missing", "entered_by_person", "", 0),
    ],
)
def test_evidence_tells_how_a_value_was_come_by(
    office: Office, change: Change, verdict: str, note: str, text: str, page: int
) -> None:
    office.decide(office.wait(), Answer(changes={"total": change}))
    office.work()
    (result,) = office.results()
    proof = result.data.evidence["total"]
    assert (proof.verdict, proof.note, proof.text, proof.page) == (verdict, note, text, page)
    assert bool(proof.boxes) == bool(page)
    assert result.data.evidence["company"].note == "confirmed_by_person"


def test_words_that_give_the_value_prove_it(office: Office) -> None:
    document = office.wait(values={**VALUES, "total": "60.30", "date": None})
    office.decide(document, Answer(changes={"date": Change(page=1, words=(word("19/"),))}))
    office.work()
    (result,) = office.results()
    proof = result.data.evidence["date"]
    assert result.data.fields["date"] == "2018-10-19"
    assert (proof.verdict, proof.note, proof.boxes) == ("normalised", "by_person", ((130.0, 80.0, 200.0, 92.0),))


def test_a_person_may_say_that_a_value_is_absent(office: Office) -> None:
    document = office.wait(values={**VALUES, "total": "60.30"})
    office.decide(document, Answer(changes={"address": Change(absent=True)}))
    office.work()
    (result,) = office.results()
    assert result.data.fields["address"] is None
    assert result.data.evidence["address"].note == "absent_by_person"
    assert result.data.review.changed == ("address",)


def test_a_required_value_cannot_be_left_out_but_the_document_set_aside(office: Office) -> None:
    document = office.wait()
    with pytest.raises(ReviewError, match=r"total is required.*incomplete"):
        office.decide(document, Answer())
    office.decide(document, Answer(says="set_aside", reason="incomplete"))
    office.work()
    assert office.results() == []
    (aside,) = office.events("documents.quarantined")
    assert (aside.data.reason, aside.data.document.run_id[:7]) == ("incomplete", "review-")
    assert state(office, document) is State.QUARANTINED


def test_a_told_type_goes_back_to_extract_signed_by_people(office: Office) -> None:
    document = office.wait(kind="unknown")
    with pytest.raises(ReviewError, match="of what type"):
        office.decide(document, Answer())
    office.decide(document, Answer(says="type", type="receipt"))
    office.work()
    (told,) = office.events("documents.classified")
    assert (told.data.type, told.data.confidence, told.data.notes) == ("receipt", 1.0, ("type_by_person",))
    assert [step.stage for step in told.data.provenance] == ["intake", "ocr", "classify", "people", "publish"]
    entry = office.ledger.entries([document], told.runid)[document]
    assert entry.state is State.CLASSIFIED


def test_values_that_the_schema_refuses_are_never_released(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    document = office.wait()
    with pytest.raises(ValueRefused, match="no amount"):
        office.decide(document, total("sixty"))
    # Even past the console: the stage checks again.
    case = office.case(document)
    look = look_of(office.doors, case, TYPES, total(), "Ada", utc_now(), 0.0)
    keep(office.doors, case, look.model_copy(update={"values": {**look.values, "total": "sixty"}}))
    sending.send(office.doors, case.event, read_looks(office.doors, case.document))
    office.work()
    assert office.results() == []
    again = office.events("reviews.requested")[-1]
    assert ("schema_invalid", "total") in again.data.reasons
    assert state(office, document) is State.REVIEW, "a person must look again"


# Once


def test_a_console_killed_between_storing_and_sending_loses_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = office.wait()

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(type(office.doors.topics), "write", die)
        with pytest.raises(Killed):
            office.decide(document, total())
    office.work()
    assert office.results() == [], "stored and not sent"
    assert reconcile(office.doors, ["alpha"], Wishes(dry_run=True)).decided == []
    assert reconcile(office.doors, ["alpha"], Wishes()).decided == [document]
    office.work()
    assert len(office.results()) == 1
    assert list(sending.mend(office.doors)) == []


def test_the_next_who_opens_it_sends_it_as_well(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    document = office.wait()
    case = office.case(document)
    keep(office.doors, case, look_of(office.doors, case, TYPES, total(), "Ada", utc_now(), 0.0))
    with pytest.raises(ReviewError, match="Ada has decided"):
        office.decide(document, total("1.00"), by="Ben")
    office.work()
    (result,) = office.results()
    assert (result.data.fields["total"], result.data.review.reviewer) == ("60.30", "Ada")


def test_what_is_left_behind_is_found_without_the_ledgers_rows(office: Office) -> None:
    document = office.wait()
    case = office.case(document)
    keep(office.doors, case, look_of(office.doors, case, TYPES, total(), "Ada", utc_now(), 0.0))
    assert list(sending.mend(office.doors)) == [], "nobody took it, as far as the rows know"
    assert list(sending.mend(office.doors, whole=True)) == [document]
    office.work()
    assert len(office.results()) == 1


def test_sent_twice_it_is_released_once(office: Office) -> None:
    document = office.wait()
    case = office.case(document)
    office.decide(document, total())
    sending.send(office.doors, case.event, read_looks(office.doors, case.document))
    assert len(office.events("reviews.decided")) == 2
    office.work()
    assert len(office.results()) == 1


def test_control_without_the_claim_it_is_released_twice(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    document = office.wait()
    case = office.case(document)
    office.decide(document, total())
    sending.send(office.doors, case.event, read_looks(office.doors, case.document))
    monkeypatch.setattr(Claims, "take", lambda *_: True)
    office.work()
    assert len(office.results()) == 2


def test_of_two_who_answer_at_once_the_first_counts(office: Office) -> None:
    document = office.wait()
    case = office.case(document)
    office.decide(document, total())
    with pytest.raises(ReviewError, match="Ada was first"):
        keep(office.doors, case, look_of(office.doors, case, TYPES, total("1.00"), "Ben", utc_now(), 0.0))
    office.work()
    assert [one.data.fields["total"] for one in office.results()] == ["60.30"]


def test_control_without_create_only_the_second_would_count(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = office.wait()
    case = office.case(document)
    keep(office.doors, case, look_of(office.doors, case, TYPES, total(), "Ada", utc_now(), 0.0))
    later = look_of(office.doors, case, TYPES, total("1.00"), "Ben", utc_now(), 0.0)

    def overwrites(objects: object, bucket: str, key: str, mine: bytes, media_type: str = "") -> bytes:
        office.doors.objects.put(bucket, key, mine, media_type)
        return mine

    monkeypatch.setattr("processors.batch.reviews.deciding.first_bytes", overwrites)
    assert firsts.first_bytes is not overwrites
    assert keep(office.doors, case, later).by == "Ben"


def test_the_same_person_may_repeat_the_same_answer(office: Office) -> None:
    document = office.wait()
    case = office.case(document)
    for _ in range(2):
        decided = decide(office.doors, TYPES, case, total(), by="Ada", now=utc_now(), share=0.0)
    assert decided.sent
    office.work()
    assert len(office.results()) == 1


def test_who_holds_it_keeps_others_out_until_it_is_given_back(office: Office) -> None:
    from processors.record.review_work import ReviewWork

    document = office.wait()
    work, case = ReviewWork(office.ledger.engine), office.case(document)
    assert work.take(case.event.id, "Ben", utc_now()) == "ben"
    with pytest.raises(ReviewError, match="ben works on this"):
        office.decide(document, total())
    work.give_back(case.event.id, "Ada")
    with pytest.raises(ReviewError, match="ben works on this"):
        office.decide(document, total())
    work.give_back(case.event.id, "Ben")
    assert office.decide(document, total()).sent


# A second person


def test_a_second_person_answers_blind_and_the_same_answer_is_released(office: Office) -> None:
    document = office.wait()
    first = office.decide(document, total(), share=1.0)
    assert not first.sent
    office.work()
    assert office.results() == []
    assert state(office, document) is State.REVIEW
    with pytest.raises(ReviewError, match="another person"):
        office.decide(document, total(), by="ada ", share=1.0)
    assert office.case(document).shown == (), "the second does not see the first answer"
    # The setting changed meanwhile: what was begun under the old one keeps to it.
    assert office.decide(document, Answer(changes={"total": Change(text="60.30")}), by="Ben", share=0.0).sent
    office.work()
    (result,) = office.results()
    assert (result.data.review.reviewer, result.data.review.confirmed_by) == ("Ada", "Ben")


def test_where_two_differ_a_third_sees_both_and_settles_it(office: Office) -> None:
    document = office.wait()
    office.decide(document, total(), share=1.0)
    assert not office.decide(document, total("50.30"), by="Ben", share=1.0).sent
    office.work()
    assert office.results() == []
    assert [look.by for look in office.case(document).shown] == ["Ada", "Ben"]
    assert office.decide(document, total("50.30"), by="Cleo", share=1.0).sent
    office.work()
    (result,) = office.results()
    assert (result.data.fields["total"], result.data.review.reviewer) == ("50.30", "Cleo")
    assert result.data.review.confirmed_by == ""


def test_control_were_the_first_enough_nobody_would_look_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("processors.batch.reviews.making.is_sampled", lambda *_: False)
    document = office.wait()
    assert office.decide(document, total(), share=1.0).sent
