"""A packet is cut once, whatever is sent twice, killed, forged or failed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from processors.batch import resubmission
from processors.batch.reviews import sending
from processors.batch.reviews.answers import Answer
from processors.batch.reviews.deciding import keep
from processors.batch.reviews.making import look_of
from processors.errors import StageFailed
from processors.events import DocumentResubmitted, Event, ObjectCreated, Ref
from processors.ports import Incoming, Outgoing
from processors.reasons import QuarantineReason
from processors.record.facts import utc_now
from processors.record.states import State
from processors.runtime import resubmitting
from processors.runtime.claims import Claims
from processors.runtime.codec import decode, encode
from processors.runtime.ending import Ending
from processors.stage import Outcome, Rejected, Work
from tests.unit.batch.reviews.office import TYPES
from tests.unit.batch.reviews.post import Post
from tests.unit.runtime.shop import Draining, Killed

CUT = Answer(says="cut", cuts=(3,))


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    made = Post(tmp_path)
    yield made
    made.close()


def ends(post: Post) -> list[Event[Any]]:
    return post.events("documents.quarantined")


def test_what_is_sent_twice_is_cut_once(post: Post) -> None:
    post.decide(post.packet(), CUT)
    (sent,) = post.intake.records("documents.resubmitted")
    post.intake.topics.write(sent.topic, sent.value)
    post.cut()
    assert (len(ends(post)), len(post.parts)) == (1, 2)


def test_control_without_the_claim_it_is_cut_twice(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    post.decide(post.packet(), CUT)
    (sent,) = post.intake.records("documents.resubmitted")
    post.intake.topics.write(sent.topic, sent.value)
    monkeypatch.setattr(Claims, "take", lambda *_: True)
    post.cut()
    assert (len(ends(post)), len(post.parts)) == (2, 4)


class Dying(Draining):
    """A log whose worker is killed when it would commit what the end of the packet is in."""

    def commit(self, outputs: Sequence[Outgoing], done: Sequence[Incoming]) -> None:
        if any(output.topic == "documents.quarantined" for output in outputs):
            raise Killed
        super().commit(outputs, done)


@pytest.mark.parametrize("point", ["taken", "counted", "processed", "stored", "commit"])
def test_a_worker_that_is_killed_anywhere_leaves_each_part_once(post: Post, point: str) -> None:
    post.decide(post.packet(), CUT)
    if point == "commit":
        with pytest.raises(Killed):
            post.intake.run(log=Dying)
    else:
        post.intake.killed_at(point)
    assert ends(post) == []
    post.cut()
    assert (len(ends(post)), len(post.parts)) == (1, 2)
    assert len({one.data.document.id for one in post.parts}) == 2
    packets = [key for key in post.shop.objects.keys("documents", "") if "/enclosed/" in key]
    assert len(packets) == 2, "a repeated attempt made the same bytes"


def test_control_an_end_that_forgets_its_parts_loses_them(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    post.decide(post.packet(), CUT)
    with pytest.raises(Killed):
        post.intake.run(log=Dying)
    monkeypatch.setattr(Ending, "_told", lambda self, claim: (self._publish(decode(claim["end"].encode())),))
    post.cut()
    assert (len(ends(post)), len(post.parts)) == (1, 0)


def test_who_is_killed_before_sending_is_mended(post: Post) -> None:
    case = post.case(post.packet())
    keep(post.doors, case, look_of(post.doors, case, TYPES, CUT, "Ada", utc_now(), 0.0))
    assert list(sending.mend(post.doors, whole=True)) == [case.document.id]
    (sent,) = post.intake.records("documents.resubmitted")
    assert sending.again(post.doors, case.document) == sent
    post.cut()
    assert list(sending.mend(post.doors, whole=True)) == []
    assert (len(ends(post)), len(post.parts)) == (1, 2)


def forged(post: Post, good: Event[Any], **change: Any) -> None:
    event = good.model_copy(update={"data": good.data.model_copy(update=change)})
    post.intake.topics.write("documents.resubmitted", encode(event))


def kept(post: Post) -> Event[Any]:
    """The event of a decision that was kept and not sent."""
    case = post.case(post.packet())
    keep(post.doors, case, look_of(post.doors, case, TYPES, CUT, "Ada", utc_now(), 0.0))
    record = sending.again(post.doors, case.document)
    assert record is not None
    return decode(record.value)


def test_a_forged_cut_is_a_dead_letter(post: Post) -> None:
    good = kept(post)
    packet = good.data.document.id
    decision: Ref = good.data.artefacts["decision"]
    fields = good.data.artefacts | {"decision": good.data.artefacts["fields"]}
    strange = good.data.artefacts | {"decision": decision.model_copy(update={"key": f"beta/{packet}/x/people/l"})}
    document = good.data.document
    another = document.model_copy(update={"run_id": "review-another"})
    for change in (
        {"cuts": (1,)},
        {"cuts": (3, 3)},
        {"cuts": ()},
        {"waived": ("active_content",)},
        {"artefacts": fields},
        {"artefacts": strange},
        {"document": another},
        {"document": document.model_copy(update={"run_id": "live", "continues": ""})},
        {"document": document.model_copy(update={"agency": "beta"})},
    ):
        forged(post, good, **change)
        post.cut()
    assert [letter.data.reason for letter in post.intake.dead_letters] == ["event_invalid"] * 9
    assert (ends(post), post.parts) == ([], [])
    # Cuts that nobody decided are seen only when the decision is read; by then the run is claimed.
    forged(post, good, cuts=(2,))
    post.cut()
    assert [letter.data.reason for letter in post.intake.dead_letters][9:] == ["event_invalid"]
    assert (ends(post), post.parts) == ([], [])


def test_control_unread_decisions_let_forged_cuts_pass(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    def believing(data: DocumentResubmitted, objects: Any) -> ObjectCreated:
        return ObjectCreated(document=data.document, artefacts=data.artefacts, cuts=data.cuts)

    forged(post, kept(post), cuts=(2,))
    monkeypatch.setattr(resubmitting, "to_be_cut", believing)
    post.cut()
    assert [one.data.document.original.pages for one in post.parts] == [1, 3]


def test_a_decision_that_names_pages_which_are_not_there_is_a_dead_letter(post: Post) -> None:
    """As of whoever may write to the bucket, too."""
    case = post.case(post.packet())
    look = look_of(post.doors, case, TYPES, CUT, "Ada", utc_now(), 0.0)
    keep(post.doors, case, look.model_copy(update={"cuts": (9,)}))
    list(sending.mend(post.doors, whole=True))
    post.cut()
    assert [letter.data.reason for letter in post.intake.dead_letters] == ["stage_failed"]
    assert (ends(post), post.parts) == ([], [])


def test_a_stage_that_does_not_cut_or_cuts_unasked_fails(post: Post) -> None:
    def parted(work: Work) -> Outcome:
        return Rejected(QuarantineReason.CUT_INTO_DOCUMENTS)

    post.intake.does = parted
    post.decide(post.packet(), CUT)
    post.intake.land(b"x")
    post.cut()
    assert [letter.data.reason for letter in post.intake.dead_letters] == ["stage_failed"] * 2
    assert ends(post) == []


def test_a_cut_that_failed_for_our_reasons_is_cut_again(post: Post) -> None:
    def fails(work: Work) -> Outcome:
        raise StageFailed("always")

    packet, works = post.packet(), post.intake.does
    post.decide(packet, CUT)
    for _ in range(2):
        post.intake.does = fails
        post.cut()
        entry = post.ledger.find(packet)
        assert entry is not None
        assert entry.state is State.DEAD_LETTER
        resubmission.replay(post.doors, entry, "Ben", utc_now())
    post.intake.does = works
    post.cut()
    assert [end.data.reason for end in ends(post)] == ["cut_into_documents"]
    assert [one.data.document.original.pages for one in post.parts] == [2, 2]
