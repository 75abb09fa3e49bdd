"""A worker that freezes over its work and comes back when another has done it: nothing lost, nothing doubled.

The control freezes a worker without transactions and must show a doubled end: if not, this could not fail either.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from processors.config import Settings
from processors.pipeline import STAGES
from processors.runtime.workbench import scratch_root
from tests.documents import scan_png
from tests.faults.figures import Figures
from tests.faults.judging import judge
from tests.faults.quick_worker import SESSION_SECONDS
from tests.live.oracle import Oracle, upload
from tests.live.workers import workers
from tests.live_settings import make_installation
from tests.servers import Servers

pytestmark = [pytest.mark.live, pytest.mark.timeout(500)]

#: Seconds after which the worker gets more to do where it could not be frozen over what it had.
_MORE_AFTER = 10.0


def scans(settings: Settings, first: int, last: int) -> list[str]:
    """Upload small scans, each some tenths of a second of recognition; their ids."""
    return [
        upload(settings, f"scan {n}.png", scan_png([f"RECEIPT {n}", "Total 12.00"], 800, 600))
        for n in range(first, last)
    ]


def freeze_over_work(worker: subprocess.Popen[bytes], scratch: Path, more: Callable[[], None]) -> None:
    """Freeze the worker with this scratch folder while it has a piece of work in hand; `more` gives it some."""
    end = time.monotonic() + 120
    again = time.monotonic() + _MORE_AFTER
    while time.monotonic() < end:
        if time.monotonic() > again:
            # On a busy machine what it has in hand for some milliseconds is over before it is seen.
            more()
            again = time.monotonic() + _MORE_AFTER
        if scratch.exists() and any(scratch.iterdir()):
            worker.send_signal(signal.SIGSTOP)
            if any(scratch.iterdir()):
                return
            worker.send_signal(signal.SIGCONT)  # finished in between
        time.sleep(0.001)
    raise AssertionError("the worker was given nothing")


def freeze_and_thaw(settings: Settings, *kind: str, stage: str = "ocr") -> Oracle:
    """Freeze one of two workers of a stage over its work until the other has done all, and let it come back.

    Raises:
        AssertionError: a document has no end, or more than one.
    """
    with (
        workers(settings, [row.name for row in STAGES if row.name != stage]) as group,
        closing(Oracle(settings)) as oracle,
    ):
        group.command = (sys.executable, "-m", "tests.faults.quick_worker", *kind)
        for slot in (0, 1):
            group.start(stage, slot)
        ids = scans(settings, 0, 24)
        frozen = group.processes[stage, 0]
        freeze_over_work(
            frozen,
            scratch_root(settings.home, stage, 0),
            lambda: ids.extend(scans(settings, len(ids), len(ids) + 8)),
        )
        try:
            # That all end while it is frozen shows that its work, and its partitions, went to the other.
            oracle.wait(ids, seconds=180)
        finally:
            frozen.send_signal(signal.SIGCONT)
        ids += scans(settings, len(ids), len(ids) + 8)
        oracle.wait(ids, seconds=120, after=3)
        return oracle


def test_a_worker_that_freezes_over_its_work_and_thaws_doubles_nothing(
    own_servers: Servers, tmp_path: Path
) -> None:
    oracle = freeze_and_thaw(make_installation(own_servers, "t0-", tmp_path))
    assert len(oracle.ends) >= 32
    assert oracle.repeated() == {}


@pytest.mark.faults
@pytest.mark.parametrize("stage", [row.name for row in STAGES])
def test_a_worker_of_any_stage_that_freezes_past_its_session_doubles_nothing(
    live: Servers, unused_prefixes: Iterator[str], tmp_path: Path, stage: str, figures: Figures
) -> None:
    settings = make_installation(live, next(unused_prefixes), tmp_path)
    freeze_and_thaw(settings, stage=stage)
    verdict = judge(settings, {})
    figures(**verdict.to_json(), frozen=stage, session_seconds=SESSION_SECONDS)
    verdict.hold()


def test_control_without_transactions_the_same_freeze_doubles_an_end(own_servers: Servers, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="more than one end"):
        freeze_and_thaw(make_installation(own_servers, "t1-", tmp_path), "leaky")
