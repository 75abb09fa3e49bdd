"""Kafka out of reach for 25 s in the moment of a commit.

The worker stands between its answers and `commit_transaction()` when the way to the broker is cut. It must not
stand there for ever: it commits when the way is open again, or ends at its deadline and is started again. The
control runs the client as it is published, without a deadline: its document has no end long after.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from processors.config import Settings
from processors.local.failures import ProgramMissingError
from tests.faults.figures import Figures
from tests.faults.flowing import Flow
from tests.faults.judging import judge
from tests.faults.proxied_kafka import proxied_servers
from tests.faults.toxiproxy import Toxiproxy, toxiproxy
from tests.faults.waiting_worker import ARRIVED, GO_ON
from tests.live.oracle import Oracle
from tests.live.workers import Workers, workers
from tests.live_settings import make_installation
from tests.servers import missing

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

OUTAGE = 25.0
#: The deadline of a commit is 25 s; a worker that passed it is started again and fences its predecessor.
MOST = 45.0
#: Looked at for so long after the way was open again.
CONTROL = 60.0


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[Toxiproxy]:
    try:
        with toxiproxy(tmp_path) as started:
            yield started
    except ProgramMissingError as program:
        missing(program)


def cut_in_commit(settings: Settings, proxy: Toxiproxy, group: Workers, flow: Flow, *kind: str) -> None:
    """Let publish come to its commit, cut the way, let it go on, and open the way again after the outage."""
    group.command = (sys.executable, "-m", "tests.faults.waiting_worker", *kind)
    group.start("publish")
    flow.send(0, 6)
    limit = time.monotonic() + 120
    while not (settings.home / ARRIVED).exists():
        assert time.monotonic() < limit, "publish came to no commit"
        time.sleep(0.05)
    proxy.cut("kafka")
    (settings.home / GO_ON).touch()
    time.sleep(OUTAGE)
    proxy.mend("kafka")


def test_a_commit_during_an_outage_ends_and_loses_and_doubles_nothing(
    proxy: Toxiproxy, tmp_path: Path, figures: Figures
) -> None:
    with proxied_servers(tmp_path / "servers", proxy, "t0-") as servers:
        settings = make_installation(servers, "t0-", tmp_path)
        with (
            workers(settings, ("intake", "ocr", "classify", "extract")) as group,
            closing(Oracle(settings)) as oracle,
        ):
            flow = Flow(settings, oracle)
            cut_in_commit(settings, proxy, group, flow)
            back = time.monotonic()
            while flow.ended < 6:
                assert time.monotonic() - back < MOST, f"{6 - flow.ended} documents have no end"
                flow.look()
            flowing = time.monotonic() - back
            flow.run(range(6, 12))
            deaths = list(group.deaths)
        verdict = judge(settings, flow.sent)
    figures(
        **verdict.to_json(), outage_seconds=OUTAGE, flowing_again_after_seconds=round(flowing, 1), deaths=deaths
    )
    verdict.hold()
    assert {code for _, _, code in deaths} <= {70, 75}


def test_control_the_published_client_hangs_in_its_commit(
    proxy: Toxiproxy, tmp_path: Path, figures: Figures
) -> None:
    with proxied_servers(tmp_path / "servers", proxy, "t0-") as servers:
        settings = make_installation(servers, "t0-", tmp_path)
        with (
            workers(settings, ("intake", "ocr", "classify", "extract")) as group,
            closing(Oracle(settings)) as oracle,
        ):
            flow = Flow(settings, oracle)
            cut_in_commit(settings, proxy, group, flow, "unpatched")
            until = time.monotonic() + CONTROL
            while time.monotonic() < until and not flow.ended:
                flow.look()
            stuck = group.processes["publish", 0]
            hangs = stuck.poll() is None and flow.ended == 0
            figures(outage_seconds=OUTAGE, still_without_end_after_seconds=CONTROL, hangs=hangs)
            stuck.kill()
    assert hangs
