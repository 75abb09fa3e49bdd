"""The worker's side of the border, with a child that is played by the test."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from processors.errors import DependencyUnavailable, PipelineError, StageCrashed, StageFailed, StageTimedOut
from processors.runtime import workbench
from processors.runtime.outcome import outcome_to_json
from processors.runtime.workbench import Child, InProcess, scratch_root
from processors.stage import Outcome, Work
from tests.prompts import prompt
from tests.unit.runtime.child_work import work_on
from tests.unit.runtime.makers import read
from tests.unit.runtime.shop import Does

Played = Callable[..., Child]


@pytest.fixture
def played() -> Iterator[Played]:
    """A child whose process is a socket: it answers the first request with some bytes; None says nothing."""
    opened: list[tuple[Child, threading.Thread]] = []

    def start(answer: bytes | None, stage: str = "ocr") -> Child:
        child = Child(stage, {}, 0)
        child._socket, theirs = socket.socketpair()
        child.warm = lambda: None  # type: ignore[method-assign]
        opened.append((child, threading.Thread(target=_play, args=(theirs, answer))))
        opened[-1][1].start()
        return child

    yield start
    for child, thread in opened:
        child.close()
        thread.join()


def _play(theirs: socket.socket, answer: bytes | None) -> None:
    with theirs, theirs.makefile("rb") as lines, suppress(OSError):
        lines.readline()
        if answer is not None:
            theirs.sendall(answer)
        else:
            lines.read()


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b'{"crashed": "SIGSEGV"}\n', StageCrashed),
        (b'{"timed_out": 300}\n', StageTimedOut),
        (b'{"failed": "stage_failed", "detail": "KeyError"}\n', StageFailed),
        (b'{"outcome": {}}\n', StageFailed),
        (b'{"outcome": 7}\n', StageFailed),
        (b"{}\n", StageFailed),
        (b"[]\n", StageCrashed),
        (b"\xff\n", StageCrashed),
        (b"{\n", StageCrashed),
        (b"[" * 100_000 + b"\n", StageCrashed),
        (b'{"outcome": {"rej', StageCrashed),
        (b"", StageCrashed),
    ],
)
def test_any_answer_is_an_error_of_ours_at_worst(
    played: Played, tmp_path: Path, answer: bytes, error: type[PipelineError]
) -> None:
    with pytest.raises(error):
        played(answer).run(work_on("good", tmp_path))


def test_an_answer_in_pieces_is_put_together(played: Played, tmp_path: Path) -> None:
    work = work_on("good", tmp_path)
    outcome = read(work)
    answer = json.dumps({"outcome": outcome_to_json(outcome)}).encode() + b"\n"
    assert played(answer).run(work) == outcome


def test_only_a_stage_that_parses_nothing_of_strangers_may_hold_up_its_topic(
    played: Played, tmp_path: Path
) -> None:
    work = work_on("good", tmp_path)
    asks = replace(read(work), questions=(prompt(work.scratch),))
    answer = json.dumps({"outcome": outcome_to_json(asks)}).encode() + b"\n"
    assert played(answer, "extract").run(work) == asks
    with pytest.raises(StageFailed, match="asks a language model"):
        played(answer, "ocr").run(work)
    away = b'{"failed": "dependency_unavailable", "detail": "no weights"}\n'
    with pytest.raises(DependencyUnavailable, match="no weights"):
        played(away, "extract").run(work)
    with pytest.raises(StageFailed):
        played(away, "ocr").run(work)


def test_an_endless_answer_is_cut_off(played: Played, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbench, "MOST_ANSWER_BYTES", 1000)
    with pytest.raises(StageCrashed):
        played(b"x" * 1_000_000).run(work_on("good", tmp_path))


def test_a_child_that_says_nothing_is_out_of_time(
    played: Played, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbench, "_GRACE_SECONDS", 0.05)
    with pytest.raises(StageTimedOut):
        played(None).run(work_on("good", tmp_path))


def test_closing_and_killing_what_was_never_started_is_no_error() -> None:
    child = Child("ocr", {}, 1)
    child.kill()
    child.close()


def test_credentials_and_endpoints_are_not_among_what_a_child_may_see() -> None:
    words = ("KEY", "SECRET", "PASSWORD", "TOKEN", "DATABASE", "KAFKA", "S3", "_FILE", "FAIL_POINTS")
    assert not [name for name in workbench._CHILD_MAY_SEE if any(word in name for word in words)]


def raising(error: Exception) -> Callable[[Work], Outcome]:
    def work(given: Work) -> Outcome:
        raise error

    return work


@pytest.mark.parametrize(
    ("raised", "seen"),
    [
        (ValueError("private"), StageFailed),
        (DependencyUnavailable(), DependencyUnavailable),
        (StageCrashed(), StageCrashed),
    ],
)
def test_what_a_stage_raises_in_process_is_one_of_our_errors(
    tmp_path: Path, raised: Exception, seen: type[PipelineError]
) -> None:
    with pytest.raises(seen) as told:
        InProcess(Does(raising(raised))).run(work_on("good", tmp_path))
    assert "private" not in str(told.value)


def test_slots_have_folders_of_their_own() -> None:
    folders = {scratch_root(Path("/h"), stage, slot) for stage in ("ocr", "intake") for slot in (0, 1)}
    assert len(folders) == 4
