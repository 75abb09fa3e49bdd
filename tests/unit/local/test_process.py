"""Child processes: their log, their end, and what they leave behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from processors.local import logs
from processors.local.birth import birth
from processors.local.failures import StackError
from processors.local.process import Process
from tests.waiting import until


@pytest.fixture
def python(tmp_path: Path) -> Iterator[Callable[[str], Process]]:
    """Makes a process that runs some Python; whatever still runs at the end is killed."""
    made: list[Process] = []

    def make(code: str) -> Process:
        made.append(Process("child", [sys.executable, "-c", code], tmp_path / "logs" / "child.log", os.environ))
        return made[-1]

    yield make
    for process in made:
        process.kill()


def printed(process: Process, text: str) -> None:
    until(lambda: text in logs.tail(process.log), f"it says {text}", pause=0.01)


SLEEP = "import time; print('up', flush=True); time.sleep(60)"


def test_what_it_prints_and_how_it_ends_can_be_read(python: Callable[[str], Process]) -> None:
    process = python("import sys; print('out'); print('err', file=sys.stderr); sys.exit(7)")
    process.start()
    assert process.wait(60)
    assert (process.alive, process.exit_code) == (False, 7)
    assert set(process.log.read_text().splitlines()) == {"out", "err"}
    assert process.log.stat().st_mode & 0o777 == 0o600


def test_it_can_be_started_again_and_keeps_its_log(python: Callable[[str], Process]) -> None:
    process = python("print('once')")
    for _ in range(2):
        process.start()
        process.wait(60)
    assert process.log.read_text() == "once\nonce\n"


def test_two_at_a_time_are_refused(python: Callable[[str], Process]) -> None:
    process = python(SLEEP)
    process.start()
    with pytest.raises(StackError, match="runs already"):
        process.start()


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    process = Process("ghost", [str(tmp_path / "ghost")], tmp_path / "log", os.environ)
    process.start()
    process.wait(60)
    assert process.exit_code != 0
    assert "ghost" in process.log.read_text()


def test_stop_asks_first_and_kills_in_the_end(python: Callable[[str], Process]) -> None:
    polite = python("import signal, sys, time; signal.signal(15, lambda *_: sys.exit(3)); " + SLEEP)
    polite.start()
    printed(polite, "up")
    polite.stop(60)
    assert polite.exit_code == 3

    deaf = python(
        "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
    )
    deaf.start()
    printed(deaf, "deaf")
    deaf.stop(0.1)
    assert deaf.exit_code == -signal.SIGKILL


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_what_it_started_dies_with_it(python: Callable[[str], Process], end: signal.Signals) -> None:
    process = python(f"import subprocess, sys; subprocess.run([sys.executable, '-c', {GRANDCHILD!r}])")
    process.start()
    until(lambda: logs.tail(process.log).strip().isdigit(), "it says which process it started")
    grandchild = int(logs.tail(process.log))
    process.send(end)
    until(lambda: not process.alive, "it has ended")
    until(lambda: birth(grandchild) is None, "what it started has ended")


GRANDCHILD = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"


def test_it_dies_when_we_are_killed(tmp_path: Path) -> None:
    """A parent that is killed with -9 cannot clean up; the kernel does."""
    parent = f"""
import os, time
from pathlib import Path
from processors.local.process import Process
from tests.waiting import until
child = Process("child", [{sys.executable!r}, "-c", {GRANDCHILD!r}], Path({str(tmp_path / "log")!r}), os.environ)
child.start()
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", parent]) as killed:
        until(lambda: logs.tail(tmp_path / "log").strip().isdigit(), "the child says who it is")
        child = int(logs.tail(tmp_path / "log"))
        assert birth(child) is not None
        killed.kill()
    until(lambda: birth(child) is None, "the child has ended")


def test_a_process_that_was_never_started_has_no_pid(python: Callable[[str], Process]) -> None:
    process = python("")
    assert (process.alive, process.exit_code) == (False, None)
    process.stop()
    with pytest.raises(RuntimeError, match="was not started"):
        _ = process.pid


def test_a_long_log_is_set_aside_at_the_next_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "ROTATE_AT", 10)
    log = tmp_path / "a.log"
    log.write_text("x" * 11)
    os.close(logs.open_log(log))
    assert log.read_text() == ""
    assert (tmp_path / "a.log.1").read_text() == "x" * 11


def test_a_tail_is_the_last_lines_or_says_that_there_are_none(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    assert logs.tail(log) == "(there is no log)"
    log.write_text("")
    assert logs.tail(log) == "(the log is empty)"
    log.write_bytes(b"".join(b"line %d \xff\n" % n for n in range(5000)))
    assert logs.tail(log, 2) == "line 4998 \ufffd\nline 4999 \ufffd"
