"""kill -9 of any worker, at the places where it hurts: nothing lost, nothing doubled.

The fail points strike inside windows of milliseconds that random kills miss. The control runs the same kills on
a worker without transactions and must show doubled results: if not, this test could not fail either.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import get_args

import pytest

from processors.config import Settings
from processors.fail_points import Point
from processors.pipeline import STAGES
from tests.documents import text_pdf
from tests.live.oracle import Oracle, upload
from tests.live.workers import Workers, workers
from tests.live_settings import make_installation
from tests.servers import Servers

pytestmark = [pytest.mark.live, pytest.mark.timeout(400)]

#: A worker that was killed after its last answer is back and has answered it again, if it does, after so long.
RESTART = 5.0
#: About one record in four meets its end at one of the seven points.
CHANCE = 0.04
DOCUMENTS = 24


def documents(settings: Settings, count: int) -> list[str]:
    """Upload `count` different one-page documents; their ids."""
    return [
        upload(
            settings, f"letter {n}.pdf", text_pdf([f"Letter number {n}", "Dear Sir or Madam,", "we write to you."])
        )
        for n in range(count)
    ]


def test_kills_at_every_point_of_every_stage_lose_and_double_nothing(installation: Settings) -> None:
    # A batch is killed as often as a record: seven kills in a row are a dead letter.
    everywhere = ",".join(f"{row.name}:{point}:{CHANCE / row.batch}" for row in STAGES for point in get_args(Point))
    with (
        workers(installation, extra={"CHANCERY_FAIL_POINTS": everywhere}) as group,
        closing(Oracle(installation)) as oracle,
    ):
        ends = oracle.wait(documents(installation, DOCUMENTS), seconds=240, after=RESTART)
        assert len(ends) == DOCUMENTS
        assert oracle.repeated() == {}
        assert group.deaths, "no fail point struck: this run proves nothing"
        assert {code for _, _, code in group.deaths} == {-9}


@dataclass(frozen=True)
class Flow:
    """A pipeline in which one worker after the other is killed."""

    settings: Settings
    group: Workers
    oracle: Oracle


@pytest.fixture(scope="module")
def flow(live: Servers, unused_prefixes: Iterator[str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flow]:
    settings = make_installation(live, next(unused_prefixes), tmp_path_factory.mktemp("flow"))
    with workers(settings) as group, closing(Oracle(settings)) as oracle:
        yield Flow(settings, group, oracle)


@pytest.mark.parametrize("stage", [row.name for row in STAGES])
def test_one_killed_worker_of_each_stage_loses_and_doubles_nothing(flow: Flow, stage: str) -> None:
    before = len(flow.oracle.events)
    ids = documents(flow.settings, 6)
    while len(flow.oracle.events) < before + 12:
        flow.oracle.read()
    flow.group.kill(stage)
    ids += documents(flow.settings, 6)
    flow.oracle.wait(ids, seconds=120, after=RESTART)
    assert flow.oracle.repeated() == {}
    assert (stage, 0, -9) in flow.group.deaths


def test_control_without_transactions_the_same_kills_double_results(installation: Settings) -> None:
    with (
        workers(installation, ("intake", "ocr", "classify", "extract", "record")) as group,
        closing(Oracle(installation)) as oracle,
    ):
        ids = documents(installation, 8)
        group.command = (sys.executable, "-m", "tests.faults.leaky_worker")
        # Always: all documents may come in one batch, and half a chance would spare it every other time.
        group.extra = {"CHANCERY_FAIL_POINTS": "publish:in_transaction:1"}
        group.start("publish")
        with pytest.raises(AssertionError, match="more than one end"):
            oracle.wait(ids, seconds=120, after=RESTART)
