"""Airflow's parts are killed while a reprocessing is under way: nothing is lost, nothing is doubled."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing

import psutil
import pytest

from processors.events import DocumentHeld, ResultReleased
from processors.local import stack
from processors.local.state import Running
from tests.live.airflow_site import RELEASED, SAMPLES, Site, started, that_reprocesses
from tests.live.oracle import Oracle, upload
from tests.waiting import until

pytestmark = [
    pytest.mark.live,
    pytest.mark.faults,
    pytest.mark.timeout(1500),
    # kafka-python 3.0.12 reads its schemas with importlib.resources.read_text, which calls open_text
    pytest.mark.filterwarnings("ignore:(read|open)_text is deprecated:DeprecationWarning"),
]

#: documents a second: slow, so that a list is under way for some seconds
RATE = 0.4
#: each sample so often, under different names
TIMES = 3


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with started(tmp_path_factory.mktemp("site") / "home", secured=False) as up:
        yield up


def part(site: Site, name: str) -> Running:
    now = stack.running(site.stack.home)
    assert now is not None
    return now.servers[f"airflow-{name}"]


def kill(site: Site, name: str) -> None:
    """kill -9, and wait until the supervisor has started it again."""
    before = part(site, name)
    os.kill(before.pid, signal.SIGKILL)
    until(lambda: part(site, name).pid != before.pid and part(site, name).alive, f"{name} is back")


def kill_task(site: Site, task: str) -> None:
    """kill -9 to the processes that work on a task."""
    workers = psutil.Process(part(site, "scheduler").pid).children(recursive=True)
    at_work = [one for one in workers if "LocalExecutor: <idle>" not in " ".join(one.cmdline())]
    assert at_work, f"nothing works on {task}"
    for one in at_work:
        one.kill()


def test_a_killed_scheduler_triggerer_and_task_lose_and_double_nothing(site: Site) -> None:
    ada = site.ada
    with closing(Oracle(site.settings)) as oracle:
        ids = [
            upload(site.settings, f"{number}-{name}", (SAMPLES / name).read_bytes() + b"\n%" * number)
            for name in RELEASED
            for number in range(TIMES)
        ]
        old = oracle.wait(ids, seconds=400)
        assert {end.state for end in old.values()} == {"result"}

        # Nothing ends as long as its worker stands still, so that the run has to wait.
        frozen = that_reprocesses(site.stack, "extract").pid
        os.kill(frozen, signal.SIGSTOP)
        assert ada.trigger("reprocess", "one", {"name": "one", "rate": RATE}) == 200
        ada.until_task("reprocess", "one", "emit", "running")
        oracle.read_until(lambda: any(event.runid == "re-one" for event in oracle.events), "the first was sent")
        kill(site, "scheduler")
        ada.until_task("reprocess", "one", "await_ends", "deferred")
        assert ada.tries("reprocess", "one", "emit") > 1, "or it was not killed in the middle"
        kill(site, "triggerer")
        time.sleep(10)
        assert ada.tasks("reprocess", "one")["await_ends"] == "deferred"
        os.kill(frozen, signal.SIGCONT)
        ada.until_task("reprocess", "one", "approve", "awaiting_input")
        oracle.read_all()
        held = Counter(event.subject for event in oracle.events if isinstance(event.data, DocumentHeld))
        assert held == Counter(ids), "0 lost, 0 doubled"

        site.grace.decide("reprocess", "one", "approve", "Approve")
        ada.until_task("reprocess", "one", "release", "running")
        oracle.read_until(
            lambda: any(e.runid == "re-one" and isinstance(e.data, ResultReleased) for e in oracle.events),
            "the first was published",
        )
        kill_task(site, "release")
        assert ada.until_ended("reprocess", "one") == "success", ada.tasks("reprocess", "one")
        assert ada.tries("reprocess", "one", "release") > 1, "or it was not killed in the middle"
        oracle.read_all()
        new = [e for e in oracle.events if isinstance(e.data, ResultReleased) and e.runid == "re-one"]
        assert Counter(event.subject for event in new) == Counter(ids), "0 lost, 0 doubled"
        assert {event.subject: event.data.supersedes for event in new} == {id_: old[id_].event.id for id_ in ids}
        assert oracle.repeated() == {}
