"""What one document has together is bounded, and nothing of it stays; each guard with its control."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from processors.errors import PipelineError, StageCrashed, StageTimedOut
from processors.runtime.workbench import Child
from processors.stage import Done
from tests.unit.runtime.child_work import work_on
from tests.unit.runtime.test_child import ENVIRONMENT, MODULE, pid

SECONDS = 60
CALM = ENVIRONMENT | {"CHANCERY_WORK_SECONDS": str(SECONDS)}


@contextmanager
def hostile(without: str = "nothing", stage: str = "ocr", environment: dict[str, str] = CALM) -> Iterator[Child]:
    """A warm child; `without` names the guard that is switched off."""
    child = Child(stage, environment | {"CHANCERY_MODELS": f"/{without}"}, SECONDS, MODULE)
    try:
        child.warm()
        yield child
    finally:
        child.close()


BOMBS = {
    "forks_like_mad": "too_many_processes",
    "eats_memory_in_many": "out_of_memory",
    "fills_the_disk": "too_much_written",
    "fills_the_disk_with_names": "too_much_written",
}


def test_a_bomb_ends_with_its_document_and_the_next_is_read(tmp_path: Path) -> None:
    with hostile() as child:
        before = pid(child)
        for bomb, word in BOMBS.items():
            home = tmp_path / bomb
            home.mkdir()
            with pytest.raises(StageCrashed, match=word):
                child.run(work_on(bomb, home))
            assert isinstance(child.run(work_on("good", home)), Done)
        assert pid(child) == before
        assert not psutil.Process(before).children()


def test_without_the_watch_all_bombs_go_off(tmp_path: Path) -> None:
    """The control."""
    with hostile(without="without-watch") as child:
        for bomb in BOMBS:
            home = tmp_path / bomb
            home.mkdir()
            assert isinstance(child.run(work_on(bomb, home)), Done)


def test_a_fork_that_switches_its_alarm_off_ends_all_the_same(tmp_path: Path) -> None:
    with hostile(environment=ENVIRONMENT) as child:
        before = pid(child)
        with pytest.raises(StageTimedOut):
            child.run(work_on("switches_its_alarm_off", tmp_path))
        assert pid(child) == before, "the fork alone was ended"


@pytest.mark.parametrize(("without", "stays"), [("nothing", False), ("without-adoption", True)])
def test_what_left_the_group_of_its_document_ends_with_it(tmp_path: Path, without: str, *, stays: bool) -> None:
    with hostile(without=without) as child:
        work = work_on("leaves_something_behind", tmp_path)
        child.run(work)
        left = int((work.scratch / "left").read_text())
        try:
            assert _lives(left) is stays
        finally:
            with suppress(ProcessLookupError):
                os.kill(left, signal.SIGKILL)


def _lives(process: int) -> bool:
    try:
        return psutil.Process(process).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


TRUSTED: dict[str, type[PipelineError]] = {"claims_memory": StageCrashed, "loops": StageTimedOut}


@pytest.mark.parametrize("does", TRUSTED)
def test_a_stage_that_reads_words_is_bounded_too(tmp_path: Path, does: str) -> None:
    with hostile(stage="classify", environment=ENVIRONMENT) as child:
        assert isinstance(child.run(work_on("good", tmp_path)), Done)
        with pytest.raises(TRUSTED[does]):
            child.run(work_on(does, tmp_path))
        assert isinstance(child.run(work_on("good", tmp_path)), Done)


def test_without_its_bounds_it_takes_what_it_wants(tmp_path: Path) -> None:
    """The control: what it takes is never touched."""
    with hostile(stage="classify", without="without-bounds") as child:
        assert isinstance(child.run(work_on("claims_memory", tmp_path)), Done)


def test_work_after_work_is_no_more_processor_than_one_may_have(tmp_path: Path) -> None:
    """The seconds are counted for each piece of work: together these take more than one may."""
    with hostile(stage="classify", environment=ENVIRONMENT) as child:
        for _ in range(4):
            child.run(work_on("computes", tmp_path))
