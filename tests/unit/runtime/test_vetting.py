"""A stage that was taken over by a hostile file can harm its own document and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from processors.events import DocumentId, DocumentQuarantined
from processors.runtime.buckets import artefact_key
from processors.stage import Done, Draft, Work
from tests.unit.runtime.makers import DOCUMENT, accept, classify, read, release, requested, stored
from tests.unit.runtime.shop import Shop


def of_another(work: Work) -> Done:
    other = work.event.data.document.model_copy(update={"agency": "beta"})
    done = read(work)
    return replace(
        done, events=tuple(Draft(d.data.model_copy(update={"document": other}), d.part) for d in done.events)
    )


def whole_of_another(work: Work) -> Done:
    done = read(work)
    assert done.join is not None
    other = work.event.data.document.model_copy(update={"id": "e" * 32})
    then = Draft(done.join.then.data.model_copy(update={"document": other}))
    return replace(done, join=replace(done.join, then=then))


def ends(work: Work) -> Done:
    return Done(events=(Draft(DocumentQuarantined(document=work.event.data.document, reason="x", stage="ocr")),))


def without_parts(work: Work) -> Done:
    done = read(work)
    assert done.join is not None
    return replace(done, join=replace(done.join, parts=()))


def parts_of_others(work: Work) -> Done:
    done = read(work)
    assert done.join is not None
    return replace(done, join=replace(done.join, parts=("part-9.jsonl",)))


@pytest.mark.parametrize(
    "does", [of_another, whole_of_another, release, classify, ends, without_parts, parts_of_others, accept]
)
def test_what_a_stage_may_not_say_is_a_failure_of_the_stage(tmp_path: Path, does: Callable[[Work], Done]) -> None:
    shop = Shop("ocr", tmp_path, does)
    shop.ask(requested(stored(shop.objects, "original"), 1, 1))
    shop.run()
    assert [letter.data.reason for letter in shop.dead_letters] == ["stage_failed"]
    assert set(shop.topics.records) == {"pages.requested", "work.dead-lettered"}
    assert not list(shop.objects.keys("documents", artefact_key(DOCUMENT, "ocr", "")))


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
