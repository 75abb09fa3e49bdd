"""A person cuts a packet: its parts arrive once each, it ends once, and nobody can forge that."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from processors.batch import resubmission
from processors.batch.daily.figures import figures, gather
from processors.batch.resubmission import NotForPeopleError
from processors.batch.reviews.answers import Answer
from processors.batch.reviews.checking import check
from processors.batch.reviews.errors import ReviewError
from processors.batch.reviews.making import look_of
from processors.config import Limits
from processors.events import Event
from processors.forge.datasets import gather_reviews
from processors.places import Buckets, look_key
from processors.record.browsing import Reach
from processors.record.facts import utc_now
from processors.record.quality import Quality, Window
from processors.record.states import State
from tests.documents import text_pdf
from tests.unit.batch.reviews.office import TYPES, total
from tests.unit.batch.reviews.post import Post

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


def test_what_was_read_is_cut_and_not_what_was_sent(post: Post) -> None:
    """Of an office file its rendition: converted anew, it could have other pages than the person saw."""
    post.decide(post.packet(3, content=b"no file of pages", rendition=text_pdf(["Page"], 3)), CUT)
    post.cut()
    assert [one.data.document.original.pages for one in post.parts] == [2, 1]


def test_an_emptied_inbox_is_in_nobodys_way(post: Post) -> None:
    packet = post.packet()
    post.shop.objects.delete("inbox-alpha", "in/post.pdf")
    post.decide(packet, CUT)
    post.cut()
    assert len(post.parts) == 2


def test_what_was_let_in_is_not_refused_again_and_its_parts_are_looked_at(post: Post) -> None:
    with pikepdf.open(io.BytesIO(text_pdf(["Page"], 4))) as pdf:
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        field = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9])
        field.A = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="calc.exe")
        pdf.pages[3].Annots = pikepdf.Array([field])
        acts = io.BytesIO()
        pdf.save(acts)
    # The control: it needs to be let in by a person.
    post.intake.land(acts.getvalue(), "upload.pdf")
    post.cut()
    assert [end.data.reason for end in ends(post)] == ["active_content"]
    post.decide(post.packet(content=acts.getvalue()), Answer(says="cut", cuts=(3, 4)))
    post.cut()
    assert [end.data.reason for end in ends(post)][1:] == ["cut_into_documents", "active_content"]
    assert [one.data.document.original.name for one in post.parts] == ["post (pages 1-2).pdf", "post (page 3).pdf"]


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
