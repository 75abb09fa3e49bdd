"""A worker whose clock is wrong.

Ten minutes change nothing. Two hours, and the store refuses what the worker signs: it waits and says why, neither
dies nor writes a dead letter, and goes on when the clock is right.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.figures import Figures
from tests.faults.flowing import Flow
from tests.faults.judging import judge
from tests.live.oracle import Oracle
from tests.live.workers import ALL, Workers, workers
from tests.live_settings import make_installation
from tests.servers import Servers

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

STAGE = "publish"
OTHERS = tuple(name for name in ALL if name != STAGE)
LOOK_SECONDS = 15.0


def wrong(group: Workers, offset: str) -> None:
    """Start the stage with its clock off by so many seconds."""
    group.command = (sys.executable, "-m", "tests.faults.skewed_worker")
    group.each = lambda stage, slot: {"FAULTS_CLOCK_OFF": offset}
    group.start(STAGE)


@pytest.mark.parametrize("offset", ["+600", "-600"])
def test_ten_minutes_change_nothing(
    live: Servers, unused_prefixes: Iterator[str], tmp_path: Path, figures: Figures, offset: str
) -> None:
    settings = make_installation(live, next(unused_prefixes), tmp_path)
    with workers(settings, OTHERS) as group, closing(Oracle(settings)) as oracle:
        wrong(group, offset)
        flow = Flow(settings, oracle)
        flow.run(range(8))
        deaths = list(group.deaths)
    verdict = judge(settings, flow.sent)
    figures(**verdict.to_json(), clock_off_by_seconds=int(offset), deaths=deaths)
    verdict.hold()
    assert deaths == []
    assert verdict.ends.get("dead_letter", 0) == 0


@pytest.mark.parametrize("offset", ["+7200", "-7200"])
def test_two_hours_stop_a_worker_until_its_clock_is_right(
    live: Servers, unused_prefixes: Iterator[str], tmp_path: Path, figures: Figures, offset: str
) -> None:
    settings = make_installation(live, next(unused_prefixes), tmp_path)
    with workers(settings, OTHERS) as group, closing(Oracle(settings)) as oracle:
        wrong(group, offset)
        flow = Flow(settings, oracle)
        flow.send(0, 8)
        log = group.logs / f"{STAGE}-0.log"
        limit = time.monotonic() + 120
        while "RequestTimeTooSkewed" not in log.read_text(errors="replace"):
            assert time.monotonic() < limit, "the worker named no reason"
            flow.look()
        until = time.monotonic() + LOOK_SECONDS
        while time.monotonic() < until:
            flow.look()
        ended, deaths = flow.ended, list(group.deaths)
        group.command = Workers.command
        group.kill(STAGE)  # started again by the watcher, with the right time
        flow.run(range(8, 12))
    verdict = judge(settings, flow.sent)
    figures(
        **verdict.to_json(), clock_off_by_seconds=int(offset), ended_while_wrong=ended, deaths_while_wrong=deaths
    )
    verdict.hold()
    assert ended == 0, "the control: a clock that is so wrong must stop the stage"
    assert deaths == []
    assert verdict.ends.get("dead_letter", 0) == 0
