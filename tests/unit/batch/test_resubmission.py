"""Replays and releases, with everything in memory but the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from processors.batch import resubmission
from processors.batch.resubmission import NotForPeopleError
from processors.errors import StageFailed
from processors.events import DocumentId
from processors.ports import Incoming
from processors.reasons import WAIVABLE, QuarantineReason
from processors.record.entry import Entry
from processors.record.facts import utc_now
from processors.runtime.claims import Claims
from processors.stage import Outcome, Rejected, Work
from tests.unit.batch.world import World
from tests.unit.runtime.makers import accept


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.ledger.close()


def fails(work: Work) -> Outcome:
    raise StageFailed("always")


def dead(world: World, key: str = "a.pdf") -> Entry:
    """A document that ended as a dead letter; the stage is well again."""
    document = world.upload(key)
    world.shop.does = fails
    world.compare()
    world.shop.run()
    world.record()
    world.shop.does = accept
    return world.ledger.entries([document])[document]


def refused(world: World, reason: QuarantineReason, key: str = "a.pdf") -> Entry:
    document = world.upload(key)
    world.shop.does = lambda work: Rejected(reason)
    world.compare()
    world.shop.run()
    world.record()
    world.shop.does = accept
    return world.ledger.entries([document])[document]


def test_a_replay_is_a_run_that_names_the_run_before(world: World) -> None:
    entry = dead(world)
    asked = resubmission.replay(world.doors, entry, "Ada", utc_now())
    world.shop.run()
    (arrived,) = world.events("documents.arrived")
    document: DocumentId = arrived.data.document
    assert (document.id, document.run_id, document.continues) == (entry.id, asked.run, "live")
    (began,) = world.events("documents.resubmitted")
    assert (began.data.by, began.data.ended_by) == ("Ada", entry.end_event)
    world.record()
    assert resubmission.followed(world.doors, [entry]) == {entry.end_event}
    assert "people" in {step.stage for step in world.ledger.path(entry.id, asked.run)}


def test_who_asks_twice_gets_one_run_and_the_first_name_counts(world: World) -> None:
    entry = dead(world)
    for name in ("Ada", "Ben"):
        assert resubmission.replay(world.doors, entry, name, utc_now()).by == "Ada"
    assert len(world.events("documents.resubmitted")) == 2, "both before intake took the first"
    world.shop.run()
    assert len(world.events("documents.arrived")) == 1
    third = resubmission.replay(world.doors, entry, "Cleo", utc_now())
    assert third.known
    assert len(world.events("documents.resubmitted")) == 2


def test_control_without_the_claim_asking_twice_doubles(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = dead(world)
    for _ in range(2):
        resubmission.replay(world.doors, entry, "Ada", utc_now())
    monkeypatch.setattr(Claims, "take", lambda *_: True)
    world.shop.run()
    assert len(world.events("documents.arrived")) == 2


def test_a_replay_that_fails_again_can_be_replayed_again(world: World) -> None:
    entry = dead(world)
    world.shop.does = fails
    first = resubmission.replay(world.doors, entry, "Ada", utc_now())
    world.shop.run()
    world.record()
    again = world.ledger.entries([entry.id], first.run)[entry.id]
    second = resubmission.replay(world.doors, again, "Ada", utc_now())
    assert second.run != first.run
    world.shop.does = accept
    world.shop.run()
    (arrived,) = world.events("documents.arrived")
    assert arrived.data.document.continues == first.run


def test_what_did_not_end_so_is_refused(world: World) -> None:
    entry = dead(world)
    with pytest.raises(NotForPeopleError, match="not in quarantine"):
        resubmission.release(world.doors, entry, "Ada", utc_now())
    with pytest.raises(NotForPeopleError, match="no dead letter"):
        resubmission.replay(world.doors, refused(world, QuarantineReason.EMPTY, "b.pdf"), "Ada", utc_now())


#: What a stage may say of any document; what was cut is tested with the reviews.
REASONS = [reason for reason in QuarantineReason if reason is not QuarantineReason.CUT_INTO_DOCUMENTS]


@pytest.mark.parametrize("reason", REASONS, ids=str)
def test_only_rules_of_ours_can_be_set_aside(world: World, reason: QuarantineReason) -> None:
    entry = refused(world, reason)
    if reason not in WAIVABLE:
        with pytest.raises(NotForPeopleError, match="cannot be set aside"):
            resubmission.release(world.doors, entry, "Ada", utc_now())
        assert world.events("documents.resubmitted") == []
        return
    seen: list[tuple[str, ...]] = []

    def look(work: Work) -> Outcome:
        seen.append(work.event.data.waived)
        return accept(work)

    world.shop.does = look
    resubmission.release(world.doors, entry, "Ada", utc_now())
    world.shop.run()
    assert seen == [(reason.value,)]


def test_a_second_rule_is_set_aside_with_the_first(world: World) -> None:
    entry = refused(world, QuarantineReason.TYPE_MISMATCH)
    first = resubmission.release(world.doors, entry, "Ada", utc_now())
    world.shop.does = lambda work: Rejected(QuarantineReason.TOO_MANY_PAGES)
    world.shop.run()
    world.record()
    again = world.ledger.entries([entry.id], first.run)[entry.id]
    resubmission.release(world.doors, again, "Ada", utc_now())
    assert world.events("documents.resubmitted")[-1].data.waived == ("too_many_pages", "type_mismatch")


def test_the_original_that_is_kept_is_read_where_the_upload_is_gone(world: World) -> None:
    entry = refused(world, QuarantineReason.TYPE_MISMATCH)
    world.objects.delete("inbox-alpha", "a.pdf")
    resubmission.release(world.doors, entry, "Ada", utc_now())
    world.shop.run()
    (arrived,) = world.events("documents.arrived")
    assert world.objects.read(arrived.data.artefacts["original"]) == b"x"


@pytest.mark.parametrize(
    "change",
    [{"run_id": "live"}, {"continues": ""}, {"id": "e" * 32}, {"agency": "beta"}, {"continues": "../x"}],
    ids=str,
)
def test_a_forged_resubmission_is_a_dead_letter(world: World, change: dict[str, str]) -> None:
    entry = dead(world)
    resubmission.replay(world.doors, entry, "Ada", utc_now())
    (event,) = world.events("documents.resubmitted")
    document = event.data.document.model_copy(update=change)
    forged = event.model_copy(update={"data": event.data.model_copy(update={"document": document})})
    from processors.runtime.codec import encode
    from tests.unit.runtime.test_claims import origin

    incoming = Incoming(origin(9).model_copy(update={"topic": "documents.resubmitted"}), b"", encode(forged))
    (answer,) = world.shop.answerer().answer(incoming)
    assert answer.topic == "work.dead-lettered"


def test_a_lost_replay_goes_back_to_the_door_with_its_own_record(world: World) -> None:
    entry = dead(world)
    asked = resubmission.replay(world.doors, entry, "Ada", utc_now())
    world.shop.run()
    world.record()
    world.shop.topics.records["pages.requested"].clear()
    assert [(one.run, one.resumed) for one in world.compare(resume=True).still] == [(asked.run, True)]
    world.shop.run()
    assert [event.runid for event in world.events("pages.requested")] == [asked.run]
