"""Fan-in: whatever the order, the overlap and the crashes, one part emits what follows, and one whole is left."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.adapters.memory import MemoryTopics
from processors.events import Origin
from processors.ports import Incoming, Outgoing
from processors.reasons import QuarantineReason
from processors.runtime import joining
from processors.runtime.codec import decode, encode
from processors.stage import Outcome, Rejected, Work
from tests.unit.runtime.makers import DOCUMENT, extracted, read, release, requested, stored
from tests.unit.runtime.shop import Killed, Shop

PARTS = st.integers(1, 5).flatmap(lambda count: st.permutations(range(1, count + 1)))


def shop_with(order: list[int], home: str) -> Shop:
    shop = Shop("ocr", Path(home), read)
    original = stored(shop.objects, "original")
    for number in order:
        shop.ask(requested(original, number, len(order)))
    return shop


def check(shop: Shop, parts: int) -> None:
    """One emitter, one whole with every part in order, every part told once."""
    (event,) = shop.events("documents.recognised")
    pages = event.data.artefacts["pages"]
    assert shop.objects.read(pages).decode() == "".join(f"page {n}\n" for n in range(1, parts + 1))
    assert len(shop.events("pages.recognised")) == parts
    # What only the whole can give was made of the whole, once.
    assert shop.objects.read(event.data.artefacts["text"]).decode() == f"{parts} pages"
    assert not shop.dead_letters
    assert not shop.quarantined


@settings(max_examples=60, deadline=None)
@given(PARTS)
def test_one_part_emits_in_whatever_order_they_finish(order: list[int]) -> None:
    with tempfile.TemporaryDirectory() as home:
        shop = shop_with(order, home)
        shop.run()
        check(shop, len(order))


@settings(max_examples=60, deadline=None)
@given(PARTS, st.lists(st.sampled_from(["counted", "processed", "stored", "joined"]), max_size=5), st.data())
def test_crashes_anywhere_leave_one_emitter_and_one_whole(
    order: list[int], points: list[str], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as home:
        shop = shop_with(order, home)
        for point in points:
            chance = data.draw(st.integers(1, len(order)), "which time")
            left = [chance]

            def strike(here: str, point: str = point, left: list[int] = left) -> None:
                left[0] -= here == point
                if here == point and left[0] == 0:
                    raise Killed

            try:
                shop.run(strike)
            except Killed:
                continue
        shop.run()
        check(shop, len(order))


@settings(max_examples=40, deadline=None)
@given(PARTS, st.booleans())
def test_parts_that_are_all_stored_before_any_looks_leave_one_emitter(order: list[int], die: bool) -> None:
    """Each worker stops after storing until the next has finished; the emitter may die before it commits."""
    with tempfile.TemporaryDirectory() as home:
        shop = shop_with(order, home)
        records = [
            Incoming(Origin(topic=shop.row.reads[0], partition=0, offset=n), b"", record.value)
            for n, record in enumerate(shop.records(shop.row.reads[0]))
        ]
        answers: dict[int, tuple[Outgoing, ...]] = {}

        def handle(number: int) -> None:
            def next_one(point: str) -> None:
                if point == "stored" and number + 1 < len(records):
                    handle(number + 1)

            workplace = Shop("ocr", Path(home) / str(number), shop.does, MemoryTopics(), shop.objects)
            answers[number] = workplace.answerer(next_one).answer(records[number])

        handle(0)
        if die:
            again = Shop("ocr", Path(home) / "again", shop.does, MemoryTopics(), shop.objects).answerer()
            answers = {number: again.answer(records[number]) for number in range(len(records))}
        for answer in answers.values():
            for record in answer:
                shop.topics.write(record.topic, record.value)
        check(shop, len(order))


def test_an_emitter_that_is_delivered_again_emits_the_same_event_and_the_same_whole(tmp_path: Path) -> None:
    shop = shop_with([1, 2], str(tmp_path))
    last = Incoming(
        Origin(topic=shop.row.reads[0], partition=0, offset=1), b"", shop.records(shop.row.reads[0])[1].value
    )
    shop.run()
    (emitted,) = shop.records("documents.recognised")
    again = [r for r in shop.answerer().answer(last) if r.topic == "documents.recognised"]
    assert [decode(record.value).id for record in again] == [decode(emitted.value).id]
    assert decode(again[0].value).data.artefacts == decode(emitted.value).data.artefacts


def refuse(*numbers: int) -> object:
    def work(given: Work) -> Outcome:
        first = given.event.data.range.first
        return Rejected(QuarantineReason.DAMAGED, {"page": first}) if first in numbers else read(given)

    return work


@settings(max_examples=30, deadline=None)
@given(st.permutations([1, 2, 3]))
def test_two_refused_ranges_end_the_document_once(order: list[int]) -> None:
    with tempfile.TemporaryDirectory() as home:
        shop = shop_with(order, home)
        shop.does = refuse(1, 3)  # type: ignore[assignment]
        shop.run()
        assert len(shop.quarantined) == 1
        assert not shop.events("documents.recognised")
        assert shop.committed == 3


def test_a_refused_and_a_failing_range_end_the_document_once(tmp_path: Path) -> None:
    def work(given: Work) -> Outcome:
        if given.event.data.range.first == 1:
            raise ValueError
        return Rejected(QuarantineReason.DAMAGED)

    shop = shop_with([1, 2], str(tmp_path))
    shop.does = work
    shop.run()
    assert len(shop.dead_letters) + len(shop.quarantined) == 1


def test_a_result_after_the_quarantine_of_the_same_run_is_dropped(tmp_path: Path) -> None:
    shop = shop_with([1], str(tmp_path))
    shop.does = refuse(1)  # type: ignore[assignment]
    shop.run()
    publish = Shop("publish", tmp_path / "publish", release, shop.topics, shop.objects)
    publish.ask(extracted(stored(shop.objects, "fields")))
    publish.run()
    assert len(publish.quarantined) == 1
    assert not publish.records("results.alpha.letter")
    assert publish.committed == 1
    assert shop.objects.info("documents", f"alpha/{DOCUMENT.id}/live/publish/result.json") is None


def test_a_whole_too_large_to_be_written_create_only_is_a_failure_of_the_stage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(joining, "MOST_ARTEFACT_BYTES", len("page 1\npage 2\n") - 1)
    shop = shop_with([1, 2], str(tmp_path))
    shop.run()
    assert [letter.data.reason for letter in shop.dead_letters] == ["stage_failed"]
    assert not shop.events("documents.recognised")


def test_another_run_of_the_same_document_has_an_end_of_its_own(tmp_path: Path) -> None:
    shop = Shop("publish", tmp_path, release)
    fields = stored(shop.objects, "fields")
    event = extracted(fields)
    rerun = DOCUMENT.model_copy(update={"run_id": "again"})
    shop.ask(event)
    other = event.model_copy(update={"id": "another", "data": event.data.model_copy(update={"document": rerun})})
    shop.ask(other)
    shop.run()
    assert [e.runid for e in shop.events("results.alpha.letter")] == ["live", "again"]
    assert encode(other)
