"""Crashes, errors, outages and kills, counted through the worker."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from processors import __version__
from processors.adapters.memory import MemoryObjects
from processors.errors import ArtefactMissing, DependencyUnavailable, PipelineError, StageCrashed, StageTimedOut
from processors.ports import Incoming, Outgoing
from processors.runtime.attempts import Attempts
from processors.runtime.retry import MAX_UNEXPLAINED
from processors.stage import Outcome, Work
from tests.unit.runtime.makers import classify, extracted, read, recognised, release, requested, stored
from tests.unit.runtime.shop import Draining, Killed, Shop


def failing(
    runs: list[int], *errors: BaseException | None, then: Callable[[Work], Outcome]
) -> Callable[[Work], Outcome]:
    """A stage that fails with each of `errors` in turn, and then works."""
    left = list(errors)

    def work(given: Work) -> Outcome:
        runs.append(1)
        error = left.pop(0) if left else None
        if error is not None:
            raise error
        return then(given)

    return work


def asked_to_classify(shop: Shop) -> Shop:
    shop.ask(recognised(stored(shop.objects, "pages")))
    return shop


@pytest.mark.parametrize("error", [StageCrashed, StageTimedOut])
def test_a_crash_is_tried_once_more_and_then_the_document_is_quarantined(
    tmp_path: Path, error: type[PipelineError]
) -> None:
    runs: list[int] = []
    shop = asked_to_classify(Shop("classify", tmp_path, failing(runs, *[error()] * 9, then=classify)))
    shop.run()
    assert len(runs) == 2
    (event,) = shop.quarantined
    assert (event.data.reason, event.data.details) == ("work_crashed", {"attempts": 2})


def test_a_crash_that_does_not_come_again_is_forgotten(tmp_path: Path) -> None:
    runs: list[int] = []
    shop = asked_to_classify(Shop("classify", tmp_path, failing(runs, StageCrashed(), then=classify)))
    shop.run()
    assert len(shop.events("documents.classified")) == 1
    assert not shop.quarantined


def test_an_error_is_tried_three_times_and_then_a_dead_letter_says_all(tmp_path: Path) -> None:
    runs: list[int] = []
    shop = asked_to_classify(Shop("classify", tmp_path, failing(runs, *[ValueError("private")] * 9, then=classify)))
    shop.run()
    assert len(runs) == 3
    (letter,) = shop.dead_letters
    data = letter.data
    assert (data.reason, data.stage, data.code_version, data.attempt) == (
        "stage_failed",
        "classify",
        __version__,
        3,
    )
    assert (data.origin.topic, data.origin.partition, data.origin.offset) == ("documents.recognised", 0, 0)
    assert data.event["type"] == "chancery.document.recognised.v1"
    assert b"private" not in shop.topics.dead_letters[0]


def test_a_missing_object_is_never_tried_twice(tmp_path: Path) -> None:
    runs: list[int] = []
    shop = asked_to_classify(Shop("classify", tmp_path, failing(runs, ArtefactMissing(), then=classify)))
    shop.run()
    assert len(runs) == 1
    assert [letter.data.reason for letter in shop.dead_letters] == ["artefact_missing"]


def test_an_outage_pauses_counts_nothing_and_loses_nothing(tmp_path: Path) -> None:
    runs: list[int] = []
    outage = [DependencyUnavailable()] * 20
    shop = asked_to_classify(Shop("classify", tmp_path, failing(runs, *outage, StageCrashed(), then=classify)))
    shop.run()
    assert len(runs) == 22
    assert len(shop.events("documents.classified")) == 1
    assert not shop.quarantined
    assert list(shop.objects.keys("work", "attempts/")) == [
        f"attempts/classify/{shop.events('documents.recognised')[0].id}/{n}" for n in (1, 2)
    ]


def test_a_costly_outcome_is_kept_over_an_outage_too(tmp_path: Path) -> None:
    runs: list[int] = []

    class LosesManifests(MemoryObjects):
        away = True

        def keys(self, bucket: str, prefix: str) -> Any:
            if self.away and bucket == "documents":
                self.away = False
                raise DependencyUnavailable()
            return super().keys(bucket, prefix)

    shop = Shop("ocr", tmp_path, failing(runs, then=read), objects=LosesManifests())
    original = stored(shop.objects, "original")
    for number in (1, 2):
        shop.ask(requested(original, number, 2))
    shop.run()
    # Once for each part and once for the whole.
    assert len(runs) == 3
    assert len(shop.events("documents.recognised")) == 1


def test_work_that_kills_its_worker_over_and_over_ends_as_a_dead_letter(tmp_path: Path) -> None:
    shop = asked_to_classify(Shop("classify", tmp_path, classify))
    for _ in range(MAX_UNEXPLAINED):
        shop.killed_at("counted")
    shop.run()
    (letter,) = shop.dead_letters
    assert (letter.data.reason, letter.data.attempt) == ("attempts_exhausted", MAX_UNEXPLAINED + 1)
    assert not shop.events("documents.classified")


def test_kills_below_the_bound_do_no_harm(tmp_path: Path) -> None:
    shop = asked_to_classify(Shop("classify", tmp_path, classify))
    for _ in range(MAX_UNEXPLAINED - 1):
        shop.killed_at("counted")
    shop.run()
    assert len(shop.events("documents.classified")) == 1


class Refusing(Draining):
    """Kafka takes nothing for some commits."""

    times = 0

    def commit(self, outputs: Sequence[Outgoing], done: Sequence[Incoming]) -> None:
        if type(self).times > 0:
            type(self).times -= 1
            self.rewind()
            raise DependencyUnavailable()
        super().commit(outputs, done)


@pytest.mark.parametrize("times", [1, MAX_UNEXPLAINED + 3])
def test_a_dead_letter_that_cannot_be_written_keeps_the_offset_and_nothing_is_lost(
    tmp_path: Path, times: int
) -> None:
    runs: list[int] = []
    shop = asked_to_classify(Shop("classify", tmp_path, failing(runs, *[ValueError()] * 3, then=classify)))
    Refusing.times = 1000
    shop.run(log=Refusing, polls=times)
    assert shop.committed == 0
    assert not shop.dead_letters
    Refusing.times = 0
    shop.run(log=Refusing)
    assert [letter.data.reason for letter in shop.dead_letters] == ["stage_failed"]
    assert not shop.events("documents.classified"), "a work that ended its document must not go on with it"
    assert shop.committed == 1


def test_commits_that_fail_count_no_attempt(tmp_path: Path) -> None:
    shop = Shop("publish", tmp_path, release)
    shop.ask(extracted(stored(shop.objects, "fields")))
    Refusing.times = MAX_UNEXPLAINED + 5
    shop.run(log=Refusing)
    assert len(shop.records("results.alpha.letter")) == 1
    assert not shop.dead_letters


def test_a_quarantine_that_was_claimed_before_a_crash_is_repeated_and_the_stage_not_tried_again(
    tmp_path: Path,
) -> None:
    runs: list[int] = []
    shop = asked_to_classify(Shop("classify", tmp_path, failing(runs, *[StageCrashed()] * 2, then=classify)))

    class DiesInCommit(Draining):
        def commit(self, outputs: Sequence[Outgoing], done: Sequence[Incoming]) -> None:
            raise Killed

    with pytest.raises(Killed):
        shop.run(log=DiesInCommit)
    shop.run()
    assert len(runs) == 2
    assert [event.data.reason for event in shop.quarantined] == ["work_crashed"]
    assert not shop.events("documents.classified")


def test_marks_are_numbered_from_one_and_stop_at_a_bound() -> None:
    objects = MemoryObjects()
    counted = [Attempts(objects, "work", "ocr").count("w") for _ in range(15)]
    assert [attempt.number for attempt in counted] == [*range(1, 10), *[10] * 6]
    assert [attempt.again for attempt in counted] == [False] + [True] * 14
    assert len(list(objects.keys("work", "attempts/ocr/w/"))) == 9


def test_an_attempt_that_was_taken_back_keeps_its_number_in_this_process_and_in_the_next() -> None:
    objects = MemoryObjects()
    for _ in range(20):
        here = Attempts(objects, "work", "ocr")
        attempt = here.count("w")
        assert attempt.number == 1
        here.take_back("w", attempt.number)
        assert here.count("w").number == 1
        here.take_back("w", attempt.number)
        assert here.taken_back() == {"w": 1}
        here.forget("w", 1)
        assert here.taken_back() == {}
    assert Attempts(objects, "work", "ocr").count("w").again
    assert Attempts(objects, "work", "ocr").count("w").number == 2


def test_a_forgiven_attempt_does_not_forgive_the_ones_before_it() -> None:
    objects = MemoryObjects()
    Attempts(objects, "work", "ocr").count("w")
    second = Attempts(objects, "work", "ocr")
    second.take_back("w", second.count("w").number)
    second.forget("w", 2)
    assert Attempts(objects, "work", "ocr").count("w").number == 2
