"""A real child process and what hostile files may do to it: the warm parent survives and answers the next."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from processors.errors import DependencyUnavailable, PipelineError, StageCrashed, StageFailed, StageTimedOut
from processors.runtime.workbench import Child, Misconfigured
from processors.stage import Done
from tests.unit.runtime.child_work import work_on
from tests.waiting import until

ROOT = Path(__file__).parents[3]
MODULE = "tests.unit.runtime.hostile_child"
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "PYTHONPATH": str(ROOT),
    "CHANCERY_WORK_SECONDS": "1",
    "CHANCERY_S3_SECRET_KEY": "s3-secret",
    "CHANCERY_DATABASE": "postgresql://user:db-secret@host/db",
    "AWS_SECRET_ACCESS_KEY": "aws-secret",
}


@pytest.fixture(scope="module")
def fork_server() -> Iterator[Child]:
    """The child of a stage whose work is untrusted: a fork for each document, that has all the time it needs."""
    child = Child("ocr", ENVIRONMENT | {"CHANCERY_WORK_SECONDS": "60"}, 60, MODULE)
    child.warm()
    yield child
    child.close()


@pytest.fixture(scope="module")
def hasty_server() -> Iterator[Child]:
    """The same, whose forks are ended after a second."""
    child = Child("ocr", ENVIRONMENT, 1, MODULE)
    child.warm()
    yield child
    child.close()


def pid(child: Child) -> int:
    assert child._process is not None
    return child._process.pid


@pytest.mark.parametrize(
    ("does", "error", "says"),
    [
        ("raises", StageFailed, "ValueError"),
        ("segfaults", StageCrashed, "SIGSEGV"),
        ("aborts", StageCrashed, "SIGABRT"),
        ("exits", StageCrashed, "exit 0"),
        ("leaves", StageCrashed, "exit 1"),
        ("eats_memory", StageCrashed, "out_of_memory"),
        ("answers_garbage", StageCrashed, "exit 0"),
        ("answers_nonsense", StageCrashed, "exit 0"),
        ("answers_with_a_pipe", StageCrashed, "exit 0"),
        ("answers_with_a_link", StageCrashed, "exit 0"),
        ("answers_without_end", StageCrashed, "exit 0"),
        ("answers_another_shape", StageFailed, "no outcome"),
        ("names_a_file_outside", StageFailed, "no outcome"),
        ("names_a_link", StageFailed, "no outcome"),
    ],
)
def test_what_a_document_does_to_its_fork_is_told_and_the_next_document_is_read(
    fork_server: Child, tmp_path: Path, does: str, error: type[PipelineError], says: str
) -> None:
    told = ended(fork_server, does, error, tmp_path)
    assert says in told.detail
    assert "private" not in told.detail
    assert isinstance(fork_server.run(work_on("good", tmp_path)), Done)


@pytest.mark.parametrize("does", ["loops", "loops_in_c", "sleeps_deaf"])
def test_a_fork_that_does_not_end_is_ended(hasty_server: Child, tmp_path: Path, does: str) -> None:
    assert "1" in ended(hasty_server, does, StageTimedOut, tmp_path).detail


def ended(child: Child, does: str, error: type[PipelineError], home: Path) -> PipelineError:
    """What is told of a document that does this to its fork; nothing else comes to harm."""
    child.warm()
    before = pid(child)
    with pytest.raises(error) as told:
        child.run(work_on(does, home))
    assert pid(child) == before, "the warm parent survives"
    assert not psutil.Process(before).children(), "no fork and no zombie is left"
    return told.value


def test_a_fork_cannot_answer_for_other_documents(fork_server: Child, tmp_path: Path) -> None:
    for does in ("answers_for_others", "good"):
        assert isinstance(fork_server.run(work_on(does, tmp_path)), Done)


def has(child: Child, home: Path) -> dict[str, Any]:
    child.run(work_on("tells_what_it_has", home))
    found: dict[str, Any] = json.loads((home / "work" / "has.json").read_text())
    return found


def test_the_child_knows_no_credentials(fork_server: Child, tmp_path: Path) -> None:
    environment = has(fork_server, tmp_path)["environment"]
    assert [value for value in environment.values() if "secret" in value] == []
    assert environment["CHANCERY_WORK_SECONDS"] == "60"


def test_a_fork_holds_no_descriptor_of_worker_or_child(fork_server: Child, tmp_path: Path) -> None:
    opened = has(fork_server, tmp_path)["opened"]
    assert [target for target in opened if not target.startswith("/proc/")] == []


@pytest.mark.parametrize("does", ["leaves", "segfaults"])
def test_a_trusted_stage_that_dies_is_started_again_for_the_next_document(tmp_path: Path, does: str) -> None:
    child = Child("classify", ENVIRONMENT, 1, MODULE)
    try:
        with pytest.raises(StageCrashed):
            child.run(work_on(does, tmp_path))
        with pytest.raises(StageFailed):
            child.run(work_on("raises", tmp_path))
        assert isinstance(child.run(work_on("good", tmp_path)), Done)
    finally:
        child.close()


def test_a_child_that_cannot_load_its_stage_says_so_at_once() -> None:
    child = Child("ocr", ENVIRONMENT | {"CHANCERY_OCR_ENGINE": "none"}, 1, MODULE)
    with pytest.raises(StageCrashed):
        child.warm()


@pytest.mark.parametrize(
    ("models", "error", "says"),
    [
        ("no-language-pack", Misconfigured, "no language pack; install it"),
        ("of-another-version", Misconfigured, "ValueError: head.json is of format 2"),
        ("no-memory", StageCrashed, "child ended"),
    ],
)
def test_a_stage_that_refuses_to_be_loaded_says_what_a_person_must_correct(
    models: str, error: type[Exception], says: str
) -> None:
    child = Child("ocr", ENVIRONMENT | {"CHANCERY_MODELS": f"/{models}"}, 1, MODULE)
    with pytest.raises(error) as told:
        child.warm()
    assert says in str(told.value)
    child.close()


def test_a_stage_that_refuses_to_be_loaded_again_is_no_fault_of_the_document(tmp_path: Path) -> None:
    child = Child("ocr", ENVIRONMENT | {"CHANCERY_MODELS": "/no-language-pack"}, 1, MODULE)
    with pytest.raises(DependencyUnavailable):
        child.run(work_on("good", tmp_path))


def test_a_child_that_does_not_start_is_no_fault_of_the_document(tmp_path: Path) -> None:
    child = Child("ocr", ENVIRONMENT | {"CHANCERY_OCR_ENGINE": "none"}, 1, MODULE)
    with pytest.raises(DependencyUnavailable):
        child.run(work_on("good", tmp_path))


def test_an_abandoned_child_is_a_crash_for_whoever_waits_for_it(tmp_path: Path) -> None:
    import threading

    child = Child("ocr", ENVIRONMENT | {"CHANCERY_WORK_SECONDS": "60"}, 60, MODULE)
    child.warm()
    started = work_on("loops", tmp_path)

    def kill_when_it_works() -> None:
        wait_for(started.scratch / "pid")
        child.kill()

    killer = threading.Thread(target=kill_when_it_works)
    killer.start()
    with pytest.raises(StageCrashed):
        child.run(started)
    killer.join()
    assert gone(int((started.scratch / "pid").read_text()))


def test_no_child_and_no_fork_outlives_a_worker_that_is_killed(tmp_path: Path) -> None:
    environment = ENVIRONMENT | {"CHANCERY_WORK_SECONDS": "60"}
    command = [sys.executable, "-m", "tests.unit.runtime.orphaning_worker", str(tmp_path)]
    with subprocess.Popen(command, env=environment, cwd=ROOT) as worker:
        try:
            pids = [int(wait_for(tmp_path / name)) for name in ("child-pid", "work/pid")]
        finally:
            worker.send_signal(signal.SIGKILL)
    assert all(gone(one) for one in pids)


def wait_for(file: Path) -> str:
    """The content of a file that another process writes."""
    return until(lambda: file.read_text() if file.exists() else "", f"{file.name} is written", pause=0.02)


def gone(pid: int) -> bool:
    """Whether a process ends within some seconds; a zombie that nobody fetches has ended too."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.02)
    return False
