"""The comparison of inboxes and ledger, with everything in memory but the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from processors.batch import reconcile as module
from processors.batch.reemission import announcement
from processors.batch.report import Standstill
from processors.pipeline import NOTIFICATIONS
from processors.ports import Outgoing
from processors.record.facts import utc_now
from processors.runtime.identity import document_id
from processors.runtime.notification import Landed, landed
from tests.unit.batch.world import World
from tests.unit.runtime.makers import accept
from tests.unit.runtime.shop import Shop

HOUR = timedelta(hours=1)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.ledger.close()


@pytest.mark.parametrize("key", ["a b.pdf", "line\nbreak", "1+1%20.pdf", "ü/é", "\u202efdp.exe", "folder/"])
def test_an_announcement_reads_as_what_it_announces(key: str) -> None:
    record = announcement("inbox-alpha", key, "null")
    assert landed(record.value) == (Landed("inbox-alpha", key, "null"),)
    assert record.key == f"inbox-alpha/{key}".encode()


def test_what_nobody_announced_is_announced_and_passes_the_door(world: World) -> None:
    document = world.upload("a.pdf")
    found = world.compare().inboxes["alpha"]
    assert (found.missing, found.re_emitted) == (1, 1)
    world.shop.run()
    assert [event.subject for event in world.events("documents.arrived")] == [document]


def test_a_dry_run_tells_and_changes_nothing(world: World) -> None:
    world.upload("a.pdf")
    world.inboxes.broken["alpha"] = ("announces nothing",)
    report = world.compare(dry_run=True, mend=True, resume=True)
    found = report.inboxes["alpha"]
    assert (found.missing, found.re_emitted, found.mended) == (1, 0, False)
    assert report.found
    assert world.shop.records(NOTIFICATIONS) == []
    assert world.compare().inboxes["alpha"].re_emitted == 1


def test_what_is_young_is_left_alone(world: World) -> None:
    world.ahead = timedelta(seconds=5)
    world.upload("a.pdf")
    report = world.compare()
    assert (report.inboxes["alpha"].young, report.inboxes["alpha"].missing) == (1, 0)
    assert not report.found
    assert world.compare(grace=timedelta(seconds=1)).inboxes["alpha"].missing == 1


def test_what_was_announced_and_waits_is_not_announced_again(world: World) -> None:
    world.upload("a.pdf")
    world.compare()
    found = world.compare().inboxes["alpha"]
    assert (found.announced, found.missing) == (1, 0)
    assert len(world.shop.records(NOTIFICATIONS)) == 1


def test_what_was_taken_in_and_not_recorded_yet_is_on_its_way(world: World) -> None:
    world.upload("a.pdf")
    world.compare()
    world.shop.run()
    report = world.compare(patience=HOUR * 2)
    assert (report.inboxes["alpha"].taken_in, report.inboxes["alpha"].missing) == (1, 0)
    assert report.still == []


def test_what_the_ledger_knows_is_known_and_not_asked_for_again(world: World) -> None:
    world.ahead, at_once = timedelta(0), timedelta(0)
    world.upload("a.pdf")
    world.compare(grace=at_once)
    world.shop.run()
    world.record()
    assert world.compare(grace=at_once).inboxes["alpha"].known == 1
    world.upload("b.pdf")
    later = world.compare(grace=at_once).inboxes["alpha"]
    assert (later.seen, later.proven, later.missing) == (2, 1, 1)


def test_a_version_of_an_older_date_is_found_by_a_comparison_of_the_whole(world: World) -> None:
    world.upload("a.pdf")
    world.compare()
    world.compare_known()
    world.upload("replica.pdf")  # the store's clock is an hour ahead of it
    assert world.compare().inboxes["alpha"].proven == 2
    assert world.compare(whole=True).inboxes["alpha"].missing == 1


def test_an_inbox_is_compared_as_a_whole_once_a_day_unasked(world: World) -> None:
    world.upload("a.pdf")
    assert world.compare().whole
    world.compare_known()
    assert not world.compare().whole
    world.upload("replica.pdf")
    world.ahead += timedelta(hours=24)
    report = world.compare()
    assert report.whole
    assert report.inboxes["alpha"].missing == 1


def test_a_new_ledger_begins_anew(world: World, tmp_path: Path) -> None:
    world.upload("a.pdf")
    world.compare()
    world.shop.run()
    world.record()
    world.compare()
    (tmp_path / "second").mkdir()
    second = World(tmp_path / "second")
    second.shop.objects, second.inboxes.objects = world.objects, world.objects
    assert second.compare().inboxes["alpha"].proven == 0
    second.ledger.close()


def test_an_inbox_that_announces_nothing_is_told_of_and_mended_when_asked(world: World) -> None:
    world.objects.put("inbox-alpha", "k", b"", "x")
    world.inboxes.broken["alpha"] = ("announces nothing",)
    assert world.compare().inboxes["alpha"].faults == ("announces nothing",)
    assert world.compare(mend=True).inboxes["alpha"].mended
    report = world.compare()
    assert report.inboxes["alpha"].faults == ()


def test_an_inbox_that_is_missing_is_told_of(world: World) -> None:
    report = world.compare(("beta",))
    assert report.inboxes["beta"].faults == ("inbox-beta is missing",)
    assert report.found


def test_versions_that_go_page_by_page_are_all_seen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHUNK", 3)
    for number in range(7):
        world.upload(f"{number}.pdf")
    told: list[int] = []
    world.inboxes.clock = utc_now() + HOUR
    report = module.reconcile(world.doors, ["alpha"], module.Wishes(), lambda _, found: told.append(found.seen))
    assert told == [3, 6, 7]
    assert report.inboxes["alpha"].re_emitted == 7


# Standing still


def test_what_waits_before_a_stage_is_in_line_and_nobodys_find(world: World) -> None:
    document = world.upload("a.pdf")
    world.compare()
    world.shop.run()
    world.record()
    report = world.compare(resume=True)
    assert [(one.document, one.stage, one.why, one.resumed) for one in report.still] == [
        (document, "ocr", Standstill.IN_LINE, False)
    ]
    assert not report.found


def test_what_no_topic_holds_is_lost_and_goes_back_to_the_door_when_a_person_says_so(world: World) -> None:
    document = world.upload("a.pdf")
    world.compare()
    world.shop.run()
    world.record()
    world.shop.topics.records["pages.requested"].clear()
    lost = world.compare()
    assert [(one.stage, one.why, one.resumed) for one in lost.still] == [("ocr", Standstill.LOST, False)]
    assert lost.found
    assert len(world.shop.records(NOTIFICATIONS)) == 1

    assert [one.resumed for one in world.compare(resume=True).still] == [True]
    assert [one.why for one in world.compare(resume=True).still] == [Standstill.IN_LINE], "it waits at the door"
    world.shop.run()
    (request,) = world.events("pages.requested")
    assert request.subject == document
    assert len({event.id for event in world.events("documents.arrived")}) == 1, "the same events, not others"


def test_what_a_stage_could_not_read_is_named_with_its_code_and_goes_back_to_the_door(world: World) -> None:
    document = world.upload("a.pdf")
    world.compare()
    world.shop.run()
    world.record()
    (request,) = world.shop.topics.records["pages.requested"]
    garbled = Outgoing(request.topic, request.key, b'{"type": "chancery.pages.requested.v9"}')
    ocr = Shop("ocr", world.home / "ocr", accept, topics=world.shop.topics, objects=world.objects)
    world.shop.topics.records["pages.requested"][:] = [garbled]
    ocr.run()
    (letter,) = ocr.dead_letters
    assert (letter.data.document, letter.data.about) == (None, document)
    world.shop.topics.records["pages.requested"].clear()  # the ledger passes it over; this one's world does not
    world.record()
    (still,) = world.compare().still
    assert (still.document, still.stage, still.why, still.reason, still.resumed) == (
        document,
        "ocr",
        Standstill.UNREADABLE,
        "schema_unsupported",
        False,
    )
    assert [one.resumed for one in world.compare(resume=True).still] == [True]
    assert [one.why for one in world.compare(resume=True).still] == [Standstill.IN_LINE], "it waits at the door"


@pytest.mark.parametrize("key", [b"", b"x", b"\xff", b"inbox-alpha/a.pdf", b"A" * 32, b"a" * 33])
def test_control_a_record_whose_key_names_no_document_leaves_it_lost(world: World, key: bytes) -> None:
    world.upload("a.pdf")
    world.compare()
    world.shop.run()
    world.record()
    (request,) = world.shop.topics.records["pages.requested"]
    ocr = Shop("ocr", world.home / "ocr", accept, topics=world.shop.topics, objects=world.objects)
    world.shop.topics.records["pages.requested"][:] = [Outgoing(request.topic, key, b"garbled")]
    ocr.run()
    assert [letter.data.about for letter in ocr.dead_letters] == [""]
    world.shop.topics.records["pages.requested"].clear()
    world.record()
    assert [one.why for one in world.compare().still] == [Standstill.LOST]


def test_an_end_that_was_claimed_and_never_told_is_told(world: World) -> None:
    document = world.upload("empty.pdf", b"")
    world.compare()
    world.shop.run()
    assert [event.subject for event in world.shop.quarantined] == []
    assert world.events("documents.arrived")[0].subject == document
    # The end was claimed, and the worker's Kafka was gone before the end was on its topic.
    world.shop.topics.records["pages.requested"].clear()
    from tests.unit.batch.ends import claim_end

    end = claim_end(world, document)
    world.record()
    report = world.compare()
    assert [(one.why, one.resumed) for one in report.still] == [(Standstill.END_UNTOLD, False)]
    world.compare(resume=True)
    assert [event.id for event in world.shop.quarantined] == [end.id]
    world.record()
    assert world.compare(resume=True).still == []
    assert len(world.shop.quarantined) == 1


def test_what_was_taken_in_on_another_kafka_is_taken_over_unasked(world: World) -> None:
    document = world.upload("a.pdf")
    world.topics.cluster = "old"
    world.shop.cluster = "old"
    world.compare()
    world.shop.run()
    world.shop.topics.records.clear()
    world.shop.topics.committed.clear()
    world.topics.cluster = world.shop.cluster = "new"

    report = world.compare(patience=HOUR * 2)
    assert [(one.document, one.why, one.resumed) for one in report.still] == [
        (document, Standstill.TAKEN_OVER, True)
    ]
    world.shop.run()
    assert [event.subject for event in world.events("pages.requested")] == [document]
    world.record()
    assert [one.why for one in world.compare().still] == [Standstill.IN_LINE]


def test_what_moved_while_the_lines_were_read_does_not_stand_still(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.upload("a.pdf")
    world.compare()
    world.shop.run()
    world.record()
    world.shop.topics.records["pages.requested"].clear()
    moved = world.events("documents.arrived")[0]

    def read_lines(topics: object) -> dict[str, object]:
        # News comes while the lines are read.
        from tests.unit.record import makers as m

        data = m.way()[5].data.model_copy(update={"document": moved.data.document})
        world.ledger.apply(m.event(data, 9, part="moved").model_copy(update={"subject": moved.subject}))
        return {"record": ()}

    monkeypatch.setattr("processors.batch.line.before_all", read_lines)
    assert world.compare(resume=True).still == []


def test_a_name_that_the_ledger_cannot_write_is_told_of(world: World) -> None:
    from tests.unit.record import makers as m

    # Its id is not that of its name.
    world.ledger.apply(m.event(m.way("odd", "alpha")[0].data, 0))
    report = world.compare(resume=True)
    assert [(one.why, one.resumed) for one in report.still] == [(Standstill.UNKNOWN_NAME, False)]


def test_a_file_in_a_file_goes_back_to_the_door_by_its_own_event(world: World) -> None:
    from tests.unit.batch.ends import enclosed

    event = enclosed(world)
    world.ledger.apply(event)
    report = world.compare(resume=True)
    assert [(one.why, one.resumed) for one in report.still] == [(Standstill.LOST, True)]
    (again,) = world.events("documents.enclosed")
    assert again.id == event.id
    assert again.data.document == event.data.document
    world.shop.run()
    assert [one.subject for one in world.events("documents.arrived")] == [event.subject]


def test_a_report_can_be_written_down(world: World) -> None:
    world.upload("a.pdf")
    said = world.compare().as_json(utc_now())
    assert said["inboxes"]["alpha"]["missing"] == 1
    assert said["found"] is True


def test_a_document_id_is_derived_as_intake_derives_it(world: World) -> None:
    document = world.upload("a.pdf")
    (version,) = world.inboxes.versions("alpha")
    assert document_id("inbox-alpha", version.key, version.version_id) == document
