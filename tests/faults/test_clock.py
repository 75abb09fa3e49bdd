"""A worker whose clock is wrong.

Ten minutes change nothing. Two hours, and the store refuses what the worker signs: it waits and says why, neither
dies nor writes a dead letter, and goes on when the clock is right. Needs libfaketime, a package of that name.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.figures import Figures
from tests.faults.flowing import Flow
from tests.faults.judging import judge
from tests.live.oracle import Oracle
from tests.live.workers import workers
from tests.live_settings import make_installation
from tests.servers import Servers

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]

STAGE = "publish"
LOOK_SECONDS = 15.0


def skewed(offset: str) -> Mapping[str, str]:
    """Variables under which a process sees the time with this offset, such as "+2h"."""
    named = os.environ.get("FAULTS_FAKETIME", "")
    found = [Path(named)] if named else sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    if not found or not found[0].is_file():
        pytest.skip("libfaketime is not installed: apt-get install libfaketime")
    return {"LD_PRELOAD": str(found[0]), "FAKETIME": offset, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


@pytest.mark.parametrize("offset", ["+600", "-600"])
def test_ten_minutes_change_nothing(
    live: Servers, unused_prefixes: Iterator[str], tmp_path: Path, figures: Figures, offset: str
) -> None:
    settings, clock = make_installation(live, next(unused_prefixes), tmp_path), skewed(offset)
    with (
        workers(settings, each=lambda stage, slot: clock if stage == STAGE else {}) as group,
        closing(Oracle(settings)) as oracle,
    ):
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
    settings, clock = make_installation(live, next(unused_prefixes), tmp_path), dict(skewed(offset))
    with (
        workers(settings, each=lambda stage, slot: clock if stage == STAGE else {}) as group,
        closing(Oracle(settings)) as oracle,
    ):
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
        clock.clear()
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
