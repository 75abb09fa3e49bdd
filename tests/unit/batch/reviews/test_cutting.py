"""A person cuts a packet: its parts arrive once each, it ends once, and nobody can forge that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from processors.batch import resubmission
from processors.batch.daily.figures import figures, gather
from processors.batch.resubmission import NotForPeopleError
from processors.batch.reviews import sending
from processors.batch.reviews.answers import Answer
from processors.batch.reviews.checking import check
from processors.batch.reviews.deciding import keep
from processors.batch.reviews.errors import ReviewError
from processors.batch.reviews.making import look_of
from processors.config import Limits
from processors.errors import StageFailed
from processors.events import DocumentResubmitted, Event, ObjectCreated, Ref
from processors.forge.datasets import gather_reviews
from processors.places import Buckets, look_key
from processors.ports import Incoming, Outgoing
from processors.reasons import QuarantineReason
from processors.record.browsing import Reach
from processors.record.facts import utc_now
from processors.record.quality import Quality, Window
from processors.record.states import State
from processors.runtime import resubmitting
from processors.runtime.claims import Claims
from processors.runtime.codec import decode, encode
from processors.runtime.ending import Ending
from processors.stage import Outcome, Rejected, Work
from tests.unit.batch.reviews.office import TYPES, total
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


def test_the_parts_arrive_as_documents_and_the_packet_ends_as_cut(post: Post) -> None:
    packet = post.packet()
    came = post.decide(packet, CUT)
    assert (came.says, came.sent) == ("cut", True)
    assert post.events("reviews.decided") == [], "publish opens nothing that a stranger sent"
    post.cut()
    (end,) = ends(post)
    assert (end.data.reason, dict(end.data.details)) == ("cut_into_documents", {"documents": 2, "pages": 4})
    assert (end.data.document.run_id, end.data.document.continues) == (came.run, "live")
    assert {"original", "pages", "decision"} <= set(end.data.artefacts)
    documents = [one.data.document for one in post.parts]
    assert [(one.original.name, one.original.pages) for one in documents] == [
        ("post (pages 1-2).pdf", 2),
        ("post (pages 3-4).pdf", 2),
    ]
    assert {(one.parent, one.depth, one.run_id, one.agency) for one in documents} == {(packet, 1, "live", "alpha")}
    assert len(post.events("pages.requested")) == 2, "and no pages of the packet are asked for"
    entry = post.ledger.find(packet)
    assert entry is not None
    assert (entry.state, entry.reason) == (State.QUARANTINED, "cut_into_documents")
    assert [one.id for one in post.ledger.enclosed(packet)] == [one.id for one in documents]
    with pytest.raises(ReviewError, match="waits for no review"):
        post.case(packet)


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


def test_two_who_cut_alike_count_and_two_who_do_not_are_settled_by_a_third(post: Post) -> None:
    packet = post.packet()
    assert not post.decide(packet, CUT, "Ada", share=1.0).sent
    assert not post.decide(packet, Answer(says="cut", cuts=(2,)), "Ben", share=1.0).sent
    assert [look.cuts for look in post.case(packet).shown] == [(3,), (2,)]
    assert post.decide(packet, Answer(says="cut", cuts=(2, 3)), "Cleo", share=1.0).sent
    post.cut()
    assert [one.data.document.original.pages for one in post.parts] == [1, 1, 2]


def test_a_second_person_who_says_the_same_confirms_it(post: Post) -> None:
    packet = post.packet()
    post.decide(packet, CUT, "Ada", share=1.0)
    assert post.decide(packet, CUT, "Ben", share=1.0).sent


@pytest.mark.parametrize(
    ("more", "cuts", "says"),
    [
        ({"pages": 1}, (2,), "one page"),
        ({}, (5,), "It has 4 pages: no document can begin with page 5"),
        ({}, (1,), "from 2 to 4"),
        ({}, (0,), "from 2 to 4"),
        ({}, (-2,), "from 2 to 4"),
        ({}, (3, 2), "in their order"),
        ({}, (3, 3), "in their order"),
        ({}, (2, 3, 4), "4 documents are more than may come of one"),
        ({"depth": 3}, (2,), "lie inside 4 files"),
    ],
    ids=str,
)
def test_what_cannot_be_cut_so_is_refused_before_anything_is_kept(
    post: Post, more: dict[str, Any], cuts: tuple[int, ...], says: str
) -> None:
    packet, answer, limits = post.packet(**more), Answer(says="cut", cuts=cuts), Limits(max_enclosed=3)
    case = post.case(packet)
    with pytest.raises(ReviewError, match=says):
        look_of(post.doors, case, TYPES, answer, "Ada", utc_now(), 0.0, limits)
    assert says in check(post.doors, case, answer, limits).faults[""][0]
    assert post.shop.objects.info("documents", look_key(case.document, 1)) is None


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


def test_what_was_cut_is_released_by_nobody(post: Post) -> None:
    packet = post.packet()
    post.decide(packet, CUT)
    post.cut()
    entry = post.ledger.find(packet)
    assert entry is not None
    with pytest.raises(NotForPeopleError, match=r"cannot be set aside: .* names the documents"):
        resubmission.release(post.doors, entry, "Ben", utc_now())


def test_a_cut_is_no_label_and_no_figure_of_values(post: Post) -> None:
    packet, receipt = post.packet(), post.wait("b")
    post.decide(packet, CUT)
    post.decide(receipt, total())
    post.cut()
    entries = [one for state in State for one in post.ledger.ended(state)]
    assert packet in {one.id for one in entries}
    reviewed = gather_reviews.reviewed(post.shop.objects, Buckets(), [one.document for one in entries])
    assert [one.subject for one in reviewed] == [receipt]
    everywhere, ever = Reach(None), Window(datetime(2020, 1, 1, tzinfo=UTC))
    decided = Quality(post.ledger.engine).decided(everywhere, ever, 10)
    assert [one.result.id for one in decided] == [receipt]
    days = {
        end.time.date() for topic in ("documents.quarantined", "reviews.requested") for end in post.events(topic)
    }
    days |= {utc_now().date()}
    told = [figures(day, gather(post.doors, day), utc_now())["all"] for day in days]
    assert sum(one["decided"] for one in told) == 1
    assert sum(one["ended"] for one in told) >= 2
