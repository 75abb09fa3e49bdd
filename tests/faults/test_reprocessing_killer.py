"""The killer of the long test of reprocessing owes what it could not kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from processors.local import stack
from processors.local.birth import birth
from processors.local.state import Running, Stack, WorkerRunning
from tests.faults import reprocessing_killer
from tests.faults.reprocessing_killer import KILLS, Killer, planned
from tests.waiting import until

TASK = "0199-task"


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reprocessing_killer, "_PAUSES", (0.0, 0.0))
    monkeypatch.setattr(reprocessing_killer, "_PERIOD", 0.01)


class Site:
    """A stack of processes that sleep; a dead one is started again, as its supervisor would."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._there: dict[str, subprocess.Popen[bytes]] = {}
        self.dead: set[str] = set()
        self.looks = 0

    def running(self, _: Path) -> Stack:
        self.looks += 1
        parts = {name: self._one(name) for name in ("scheduler", "triggerer", "extract", "publish")}
        workers = tuple(
            WorkerRunning(parts[name].pid, parts[name].born, stage=name, lanes="reprocessing")
            for name in ("extract", "publish")
        )
        servers = {f"airflow-{name}": parts[name] for name in ("scheduler", "triggerer")}
        me = parts["triggerer"]
        return Stack(me, "ready", (), "", "", "", self._home, self._home, "", servers, workers)

    def _one(self, name: str) -> Running:
        there = self._there.get(name)
        if there is None or (there.poll() is not None and name not in self.dead):
            # The scheduler has a task below it.
            child = f"import subprocess, sys; subprocess.run(['sh', '-c', ': {TASK}; sleep 60; :'])"
            code = child if name == "scheduler" else "import time; time.sleep(60)"
            there = self._there[name] = subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
        if name in self.dead:
            there.kill()
            there.wait()
        return Running(there.pid, birth(there.pid) or "gone")

    def stop(self) -> None:
        for one in self._there.values():
            try:
                os.killpg(one.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        for one in self._there.values():
            one.wait()


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    made = Site(tmp_path)
    monkeypatch.setattr(stack, "running", made.running)
    yield made
    made.stop()


@pytest.mark.parametrize("documents", [1, 600])
def test_everything_is_killed_as_often_as_planned(site: Site, tmp_path: Path, documents: int) -> None:
    killer = Killer(tmp_path, planned(documents), Random(1), lambda: [TASK])
    killer.start()
    until(lambda: not killer.is_alive() or None, "all are killed")
    assert killer.missed == Counter()
    assert killer.kills == (Counter(KILLS) if documents == 600 else dict.fromkeys(KILLS, 1))


def test_what_was_not_there_to_be_killed_is_owed(site: Site, tmp_path: Path) -> None:
    """A worker that is dead already, and a run whose tasks are never seen."""
    site.dead.add("extract")
    killer = Killer(tmp_path, Counter(extract=1), Random(1), lambda: [TASK])
    tasks = Killer(tmp_path, Counter(task=2, publish=1), Random(1), lambda: ["another"])
    for one in (killer, tasks):
        before = site.looks
        one.start()
        until(lambda before=before: site.looks > before + 3 or None, "it looks for somebody")  # type: ignore[misc]
        one.finish()
    assert (killer.missed, killer.kills) == (Counter(extract=1), Counter())
    assert tasks.missed == Counter(task=2, publish=1)
