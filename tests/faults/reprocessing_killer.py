"""Kills what a reprocessing runs on, one process after the other, while it is under way; tells what it owes."""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from random import Random

import psutil

from processors.local import stack
from processors.local.state import Stack
from tests.live.airflow_site import that_reprocesses

#: Documents from which on a run lasts long enough for all kills.
ENOUGH = 300
#: How often what is killed. A triggerer's work is taken over a minute after its death: more would only wait.
KILLS: Mapping[str, int] = {"extract": 4, "publish": 4, "task": 2, "scheduler": 2, "triggerer": 1}
#: seconds between two kills, drawn between these; and between two looks for somebody to kill
_PAUSES, _PERIOD = (3.0, 6.0), 0.2


def planned(documents: int) -> Counter[str]:
    """How often what is to be killed while so many documents are on their way: once at the least."""
    return Counter(KILLS if documents >= ENOUGH else dict.fromkeys(KILLS, 1))


class Killer(threading.Thread):
    """Ends when all that was planned is dead, or the run that it was to disturb is over."""

    def __init__(
        self, home: Path, plan: Counter[str], random: Random, at_work: Callable[[], Collection[str]]
    ) -> None:
        """Prepare.

        Args:
            home: of the stack
            plan: see `planned`
            random: draws the order and the pauses
            at_work: ids of the run's tasks that are at work now
        """
        super().__init__(daemon=True)
        self._home, self._plan, self._random, self._at_work = home, plan, random, at_work
        self._over = threading.Event()
        #: kills that hit a process that lived
        self.kills: Counter[str] = Counter()

    @property
    def missed(self) -> Counter[str]:
        """What was planned and not done."""
        return self._plan - self.kills

    def finish(self) -> None:
        """The run is over: what is killed from here on would disturb nothing."""
        self._over.set()
        self.join()

    def run(self) -> None:
        """See the class."""
        # Tasks first: once all lists are sent, none is at work until the comparison.
        others = list((self._plan - Counter(task=self._plan["task"])).elements())
        self._random.shuffle(others)
        for name in ["task"] * self._plan["task"] + others:
            if self._over.wait(self._random.uniform(*_PAUSES)):
                return
            while not self._kill(name):
                if self._over.wait(_PERIOD):
                    return
            self.kills[name] += 1

    def _kill(self, name: str) -> bool:
        """Whether one was there to be killed, and was."""
        found = stack.running(self._home)
        victims = [] if found is None else self._victims(found, name)
        for pid in victims:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                return False
        return bool(victims)

    def _victims(self, found: Stack, name: str) -> list[int]:
        if name == "task":
            return _doing(found.servers["airflow-scheduler"].pid, self._at_work())
        one = that_reprocesses(found, name) if name in ("extract", "publish") else found.servers[f"airflow-{name}"]
        return [one.pid] if one.alive else []


def _doing(scheduler: int, tasks: Collection[str]) -> list[int]:
    """Processes of one of these tasks, which have its id in their title: who runs it, and who watches that."""
    try:
        below = psutil.Process(scheduler).children(recursive=True)
        titles = {one.pid: " ".join(one.cmdline()) for one in below}
    except psutil.Error:
        return []
    for task in sorted(tasks):
        if found := [pid for pid, title in titles.items() if task in title]:
            return found
    return []
