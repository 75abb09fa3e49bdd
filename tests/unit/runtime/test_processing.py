"""A stage that dies goes on behind the page that killed it; one that has questions is called again with answers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from processors.errors import DependencyUnavailable, PipelineError, StageCrashed, StageFailed, StageTimedOut
from processors.runtime.processing import outcome_of
from processors.stage import Done, Outcome, Question, Work
from tests.unit.runtime.makers import read, requested, stored
from tests.unit.runtime.shop import Shop


@dataclass
class Bench:
    """Dies as told, then reads."""

    deaths: list[PipelineError]
    seen: list[Work] = field(default_factory=list)

    def run(self, work: Work) -> Outcome:
        self.seen.append(work)
        if self.deaths:
            raise self.deaths.pop(0)
        return read(work)

    def close(self) -> None: ...


@pytest.fixture
def work(tmp_path: Path) -> Work:
    shop = Shop("ocr", tmp_path, read)
    return Work(requested(stored(shop.objects, "original"), 1, 2), {}, tmp_path)


def test_after_a_death_the_stage_is_told_how_it_died(work: Work) -> None:
    bench = Bench([StageCrashed("SIGSEGV"), StageTimedOut("300")])
    assert isinstance(outcome_of(work, bench, None, resume=True), Done)
    assert [one.died for one in bench.seen] == ["", "crashed", "timed_out"]
    assert {one.scratch for one in bench.seen} == {work.scratch}


def test_a_stage_that_dies_on_and_on_is_given_up(work: Work) -> None:
    bench = Bench([StageCrashed()] * 100)
    with pytest.raises(StageCrashed):
        outcome_of(work, bench, None, resume=True)
    assert len(bench.seen) == 5


def test_the_first_time_a_death_is_an_attempt_like_any_other(work: Work) -> None:
    """It may have been the machine's fault: only a second death is the page's."""
    bench = Bench([StageCrashed()])
    with pytest.raises(StageCrashed):
        outcome_of(work, bench, None, resume=False)


def test_through_the_worker_the_second_death_costs_a_page_and_not_the_document(tmp_path: Path) -> None:
    seen: list[str] = []

    def dies(given: Work) -> Outcome:
        seen.append(given.died)
        if not given.died:
            raise StageCrashed("SIGSEGV")
        return read(given)

    shop = Shop("ocr", tmp_path, dies)
    shop.ask(requested(stored(shop.objects, "original"), 1, 1))
    shop.run()
    assert seen == ["", "", "crashed"]
    assert len(shop.events("documents.recognised")) == 1
    assert not shop.quarantined


@dataclass
class Asks:
    """Asks about two pages, then reads."""

    again: bool = False
    seen: list[Work] = field(default_factory=list)

    def run(self, work: Work) -> Outcome:
        self.seen.append(work)
        if len(self.seen) > 1 and not self.again:
            return read(work)
        questions = []
        for page in (1, 2):
            picture = work.scratch / f"{page}.png"
            picture.write_bytes(b"picture %d" % page)
            questions.append(Question(f"page-{page:05}", page, picture))
        return replace(read(work), questions=tuple(questions))

    def close(self) -> None: ...


class Vision:
    """A model that reads one of the two pictures."""

    name = "eyes 1"

    def read(self, picture: bytes) -> str:
        if picture == b"picture 2":
            raise DependencyUnavailable("no answer in time")
        return picture.decode().upper()


def test_answers_come_as_files_and_a_question_without_an_answer_is_left_out(work: Work) -> None:
    bench = Asks()
    outcome_of(work, bench, Vision(), resume=False)
    (answer,) = bench.seen[1].untrusted_answers.items()
    assert answer[0] == "page-00001"
    assert answer[1].read_text() == "PICTURE 1"
    assert answer[1].parent == work.scratch


def test_without_a_model_all_questions_stay_unanswered(work: Work) -> None:
    bench = Asks()
    outcome_of(work, bench, None, resume=False)
    assert bench.seen[1].untrusted_answers == {}


def test_a_stage_may_not_ask_for_ever(work: Work) -> None:
    with pytest.raises(StageFailed):
        outcome_of(work, Asks(again=True), Vision(), resume=False)
