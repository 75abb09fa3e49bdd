"""A document's run ends once, and the work that ended it repeats exactly that end."""

from __future__ import annotations

from pathlib import Path

from processors.errors import DependencyUnavailable
from processors.events import DeadLettered, Origin
from processors.reasons import QuarantineReason
from processors.runtime import writing
from processors.runtime.ending import Ending
from processors.stage import Draft, Rejected, Work
from tests.unit.runtime.makers import DOCUMENT, extracted, release, stored
from tests.unit.runtime.shop import NOW, Shop

TRIGGER = writing.Trigger(DOCUMENT, {}, ())


def ending(shop: Shop) -> Ending:
    return Ending(shop.answerer()._with)


def quarantine(details: int = 1) -> object:
    rejected = Rejected(QuarantineReason.DAMAGED, {"page": details})
    return writing.quarantined(rejected, TRIGGER, writing.step("ocr"), NOW)


def letter(document: object = DOCUMENT) -> object:
    data = DeadLettered.model_validate(
        {
            "document": document,
            "reason": "stage_failed",
            "stage": "ocr",
            "code_version": "1",
            "attempt": 1,
            "origin": Origin(topic="t", partition=0, offset=0),
            "payload_sha256": "",
        }
    )
    return writing.dead_lettered(data, NOW)


def test_the_first_end_wins_and_the_other_is_dropped(tmp_path: Path) -> None:
    end = ending(Shop("ocr", tmp_path, lambda work: Rejected(QuarantineReason.EMPTY)))
    assert len(end.outgoing([quarantine()], "a")) == 1  # type: ignore[list-item]
    assert end.outgoing([letter()], "b") == ()  # type: ignore[list-item]


def test_the_work_that_ended_repeats_that_very_end_whatever_it_says_now(tmp_path: Path) -> None:
    end = ending(Shop("ocr", tmp_path, lambda work: Rejected(QuarantineReason.EMPTY)))
    first = end.outgoing([quarantine(1)], "a")  # type: ignore[list-item]
    assert end.outgoing([letter()], "a") == first  # type: ignore[list-item]
    assert end.repeated(DOCUMENT, "a") == first
    assert end.repeated(DOCUMENT, "b") is None


def test_nothing_is_repeated_where_nothing_ended(tmp_path: Path) -> None:
    end = ending(Shop("ocr", tmp_path, lambda work: Rejected(QuarantineReason.EMPTY)))
    assert end.repeated(DOCUMENT, "a") is None


def test_one_work_ends_its_document_once_even_if_it_says_two_ends(tmp_path: Path) -> None:
    end = ending(Shop("ocr", tmp_path, lambda work: Rejected(QuarantineReason.EMPTY)))
    assert len(end.outgoing([quarantine(), letter()], "a")) == 1  # type: ignore[list-item]


def test_dead_letters_without_a_document_are_all_written(tmp_path: Path) -> None:
    end = ending(Shop("ocr", tmp_path, lambda work: Rejected(QuarantineReason.EMPTY)))
    assert len(end.outgoing([letter(None), letter(None)], "a")) == 2  # type: ignore[list-item]


def test_a_result_whose_topic_could_not_be_made_is_published_at_the_next_try(tmp_path: Path) -> None:
    shop = Shop("publish", tmp_path, release)
    tries: list[str] = []

    class Grudging(list[str]):
        def append(self, name: str) -> None:
            tries.append(name)
            if len(tries) == 1:
                raise DependencyUnavailable

    shop.result_topics = Grudging()
    shop.ask(extracted(stored(shop.objects, "fields")))
    shop.run()
    assert len(tries) == 2
    assert len(shop.records("results.alpha.letter")) == 1


def test_the_end_that_is_stored_is_the_end_that_is_published_when_both_are_repeated(tmp_path: Path) -> None:
    shop = Shop("publish", tmp_path, release)
    work = Work(extracted(stored(shop.objects, "fields")), {}, tmp_path)
    first = writing.event_of(Draft(release(work, a="1").events[0].data), TRIGGER, writing.step("publish"), {}, NOW)
    second = writing.event_of(Draft(release(work, a="2").events[0].data), TRIGGER, writing.step("publish"), {}, NOW)
    end = ending(shop)
    assert end.outgoing([second], "a") != ()
    assert end.outgoing([first], "a") == end.repeated(DOCUMENT, "a")
