"""A stage that was taken over by a hostile file can harm its own document and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from processors.events import (
    DocumentEnclosed,
    DocumentId,
    DocumentQuarantined,
    DocumentRecognised,
    PageRange,
    UnreadPage,
)
from processors.places import artefact_key
from processors.stage import Artefact, Done, Draft, Enclosure, Join, Work
from tests.unit.runtime.makers import (
    DOCUMENT,
    accept,
    classify,
    read,
    read_at_once,
    read_part,
    recognised,
    release,
    requested,
    stored,
)
from tests.unit.runtime.shop import Shop

#: Of a document that is read in two ranges of one page.
PARTS = tuple(PageRange(first=n, last=n).file_name for n in (1, 2))


def of_another(work: Work) -> Done:
    other = work.event.data.document.model_copy(update={"agency": "beta"})
    done = read(work)
    return replace(
        done, events=tuple(Draft(d.data.model_copy(update={"document": other}), d.part) for d in done.events)
    )


def ends(work: Work) -> Done:
    return Done(events=(Draft(DocumentQuarantined(document=work.event.data.document, reason="x", stage="ocr")),))


def without_parts(work: Work) -> Done:
    done = read(work)
    assert done.join is not None
    return replace(done, join=replace(done.join, parts=()))


def joined(**change: Any) -> Callable[[Work], Done]:
    """OCR that says something else about the set that its part belongs to."""

    def work(given: Work) -> Done:
        done = read(given)
        assert done.join is not None
        return replace(done, join=replace(done.join, **change))

    return work


def joins_nothing(work: Work) -> Done:
    return replace(read(work), join=None)


def part_of_another_range(work: Work) -> Done:
    """Stored first and create-only, it would be what the other range's work is taken for."""
    done = read(work)
    (part,) = done.artefacts
    return replace(done, artefacts=(part, replace(part, name=PageRange(first=2, last=2).file_name)))


def whole_beforehand(work: Work) -> Done:
    done = read(work)
    (part,) = done.artefacts
    return replace(done, artefacts=(part, replace(part, name="pages.jsonl", role="pages")))


def another_range(work: Work) -> Done:
    done = read(work)
    data = done.events[0].data.model_copy(update={"range": PageRange(first=2, last=2)})
    return replace(done, events=(Draft(data, "pages-2-2"),))


def whole_without_its_parts(work: Work) -> Done:
    done = read(work)
    document = work.event.data.document
    then = Draft(DocumentRecognised(document=document, pages=document.original.pages))
    return replace(done, events=(*done.events, then))


def remarks(**change: Any) -> Callable[[Work], Done]:
    """OCR that says something else about its reading."""

    def work(given: Work) -> Done:
        done = read(given)
        return replace(done, events=(Draft(done.events[0].data.model_copy(update=change), "p"),))

    return work


def encloses(work: Work) -> Done:
    file = work.scratch / "inside"
    file.write_bytes(b"x")
    return replace(read(work), enclosures=(Enclosure(file, "inside.pdf"),))


def says_enclosed(work: Work) -> Done:
    return Done(events=(Draft(DocumentEnclosed(document=work.event.data.document)),))


@pytest.mark.parametrize(
    "does",
    [
        of_another,
        release,
        classify,
        ends,
        without_parts,
        accept,
        joins_nothing,
        joined(parts=(PARTS[0],)),
        joined(parts=PARTS[::-1]),
        joined(parts=(*PARTS, PageRange(first=3, last=3).file_name)),
        joined(parts=("part-1.jsonl", "part-2.jsonl")),
        joined(whole=PARTS[1]),
        part_of_another_range,
        whole_beforehand,
        another_range,
        whole_without_its_parts,
        read_at_once,
        remarks(notes=("Dear Sir",)),
        remarks(notes=("x",) * 101),
        remarks(unread=(UnreadPage(page=4, reason="damaged"),)),
        remarks(unread=(UnreadPage(page=1, reason="Dear Sir"),)),
        encloses,
        says_enclosed,
    ],
)
def test_what_a_stage_may_not_say_is_a_failure_of_the_stage(tmp_path: Path, does: Callable[[Work], Done]) -> None:
    shop = Shop("ocr", tmp_path, does)
    shop.ask(requested(stored(shop.objects, "original"), 1, 2))
    shop.run()
    assert [letter.data.reason for letter in shop.dead_letters] == ["stage_failed"]
    assert set(shop.topics.records) == {"pages.requested", "work.dead-lettered"}
    assert not list(shop.objects.keys("documents", artefact_key(DOCUMENT, "ocr", "")))


def of_the_whole(**change: Any) -> Callable[[Work], Done]:
    """OCR that says something else about the whole."""

    def work(given: Work) -> Done:
        done = read(given)
        if given.whole is None:
            return done
        return replace(done, events=(Draft(done.events[0].data.model_copy(update=change)),))

    return work


def whole_of_a_range(work: Work) -> Done:
    return read(replace(work, whole=None))


def whole_as_original(work: Work) -> Done:
    done = read(work)
    if work.whole is None:
        return done
    return replace(done, artefacts=tuple(replace(one, role="original") for one in done.artefacts))


@pytest.mark.parametrize(
    "does",
    [
        of_the_whole(pages=4),
        of_the_whole(document=DOCUMENT.model_copy(update={"id": "e" * 32})),
        of_the_whole(notes=("Dear Sir",)),
        whole_of_a_range,
        whole_as_original,
    ],
)
def test_what_a_stage_may_not_say_of_the_whole_is_a_failure_too(
    tmp_path: Path, does: Callable[[Work], Done]
) -> None:
    shop = Shop("ocr", tmp_path, does)
    original = stored(shop.objects, "original")
    for number in (1, 2):
        shop.ask(requested(original, number, 2))
    shop.run()
    assert [letter.data.reason for letter in shop.dead_letters] == ["stage_failed"]
    assert not shop.events("documents.recognised")


@pytest.mark.parametrize("does", [read_part, lambda work: replace(read(work), events=read(work).events[:1])])
def test_a_document_of_one_range_is_its_own_set(tmp_path: Path, does: Callable[[Work], Done]) -> None:
    shop = Shop("ocr", tmp_path, does)
    shop.ask(requested(stored(shop.objects, "original"), 1, 1))
    shop.run()
    assert [letter.data.reason for letter in shop.dead_letters] == ["stage_failed"]


def test_a_stage_that_was_asked_for_no_part_joins_nothing(tmp_path: Path) -> None:
    def joins(work: Work) -> Done:
        output = work.scratch / PARTS[0]
        output.write_text("{}")
        part = Artefact(output.name, "", output, "application/jsonl")
        done = classify(work)
        return Done(done.events, (part,), Join(PARTS, "whole", "pages", "application/jsonl"))

    shop = Shop("classify", tmp_path, joins)
    shop.ask(recognised(stored(shop.objects, "pages")))
    shop.run()
    assert [letter.data.reason for letter in shop.dead_letters] == ["stage_failed"]


def forged(change: dict[str, object]) -> Callable[[Work], Done]:
    def work(given: Work) -> Done:
        done = accept(given)
        document: DocumentId = done.events[0].data.document
        original = document.original.model_copy(update=change)
        false = document.model_copy(update={"original": original})
        return Done(events=tuple(Draft(d.data.model_copy(update={"document": false}), d.part) for d in done.events))

    return work


@pytest.mark.parametrize(
    "change", [{"key": "other"}, {"bucket": "inbox-beta"}, {"sha256": "0"}, {"version_id": "0"}, {"size": 0}]
)
def test_intake_finds_out_type_and_pages_and_may_change_nothing_else(
    tmp_path: Path, change: dict[str, object]
) -> None:
    shop = Shop("intake", tmp_path, forged(change))
    shop.land(b"bytes")
    shop.run()
    assert [letter.data.reason for letter in shop.dead_letters] == ["stage_failed"]
    assert not shop.records("documents.arrived")
