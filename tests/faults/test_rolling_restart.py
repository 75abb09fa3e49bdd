"""Every worker is replaced while documents flow: nothing lost, nothing doubled, no long stall.

Two workers a stage are asked to stop, one after the other, and started again, as a new release is rolled out.
The control kills both workers of a stage and keeps them down: the stall that a restart must not make is seen.
"""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from processors.pipeline import STAGES
from tests.faults.figures import Figures
from tests.faults.flowing import Flow
from tests.faults.judging import judge
from tests.live.oracle import Oracle
from tests.live.workers import Workers, workers
from tests.live_settings import make_installation
from tests.servers import Servers

pytestmark = [pytest.mark.faults, pytest.mark.timeout(1200)]

DOCUMENTS = 200
STALL = 5.0


def roll(group: Workers, codes: list[int]) -> None:
    """Replace one worker after the other; the next goes when its successor has begun to work."""
    for stage, slot in list(group.processes):
        worker = group.processes[stage, slot]
        log = group.logs / f"{stage}-{slot}.log"
        said = log.read_text(errors="replace").count('"started"')
        worker.terminate()
        codes.append(worker.wait(30))
        group.start(stage, slot)
        limit = time.monotonic() + 60
        while log.read_text(errors="replace").count('"started"') <= said and time.monotonic() < limit:
            time.sleep(0.1)


def release(frozen: list[subprocess.Popen[bytes]]) -> None:
    for worker in frozen:
        worker.send_signal(signal.SIGCONT)


def test_replacing_every_worker_under_load_loses_and_doubles_nothing(
    live: Servers, unused_prefixes: Iterator[str], tmp_path: Path, figures: Figures
) -> None:
    settings = make_installation(live, next(unused_prefixes), tmp_path)
    codes: list[int] = []
    with workers(settings) as group, closing(Oracle(settings)) as oracle:
        for row in STAGES:
            group.start(row.name, 1)
        flow = Flow(settings, oracle)
        flow.run(range(12))
        flow.longest_stall = 0.0
        rolling = threading.Thread(target=roll, args=(group, codes))
        rolling.start()
        sent = 12
        while rolling.is_alive() or sent < DOCUMENTS:
            flow.run(range(sent, sent + 20), in_flight=60)
            sent += 20
        rolling.join()
        stall, flow.longest_stall = flow.longest_stall, 0.0
        deaths = list(group.deaths)
        # Control: both workers of a stage are frozen for longer than a stall may last.
        frozen = [group.processes["extract", slot] for slot in (0, 1)]
        for worker in frozen:
            worker.send_signal(signal.SIGSTOP)
        thaw = threading.Timer(2 * STALL, release, (frozen,))
        thaw.start()
        flow.run(range(sent, sent + 12))
        thaw.join()
    verdict = judge(settings, flow.sent)
    figures(
        **verdict.to_json(),
        replaced=len(codes),
        longest_stall_seconds=round(stall, 1),
        stalls_longer_than_5_s=int(stall > STALL),
        control_stall_seconds=round(flow.longest_stall, 1),
        deaths=deaths,
    )
    verdict.hold()
    assert set(codes) == {0}
    assert deaths == []
    assert flow.longest_stall > STALL, "the measure of a stall does not see one"
