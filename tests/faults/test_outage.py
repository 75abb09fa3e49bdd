"""A server that dies while documents flow and comes back: every document ends once, and no worker hangs."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from processors.config import Settings
from tests.documents import text_pdf
from tests.faults.figures import SEED, Figures
from tests.faults.flowing import Flow
from tests.faults.judging import judge
from tests.live.oracle import Oracle, upload
from tests.live.workers import workers
from tests.live_settings import make_installation
from tests.servers import Servers

pytestmark = [pytest.mark.live, pytest.mark.timeout(240)]

AWAY_SECONDS = 5.0
TIMES = 10
#: Generous: on a busy machine the broker needs its time, and a commit that hangs has its deadline at 25 s.
MOST_SECONDS = 90.0


def letters(settings: Settings, first: int, last: int) -> list[str]:
    """Upload different one-page documents; their ids."""
    return [
        upload(settings, f"letter {n}.pdf", text_pdf([f"Letter number {n}", "Dear Sir or Madam,"]))
        for n in range(first, last)
    ]


@pytest.mark.parametrize(("server", "prefix"), [("broker", "t1-"), ("minio", "t2-")])
def test_a_server_that_dies_while_documents_flow_loses_and_doubles_nothing(
    own_servers: Servers, tmp_path: Path, server: str, prefix: str
) -> None:
    settings = make_installation(own_servers, prefix, tmp_path)
    victim = getattr(own_servers, server)
    with workers(settings) as group:
        with closing(Oracle(settings)) as flow:
            ids = letters(settings, 0, 24)
            while not flow.ends:
                flow.read(0.05)
            assert len(flow.ends) < len(ids), "all had ended before the outage began: this run proves nothing"
        victim.kill()
        time.sleep(AWAY_SECONDS)
        victim.start()
        victim.wait_healthy()
        ids += letters(settings, 24, 28)
        with closing(Oracle(settings)) as oracle:
            assert len(oracle.wait(ids, seconds=90, after=3)) == 28
            assert oracle.repeated() == {}
        # 70 is a call that ran into its deadline, 75 a worker that gave up; both are started again.
        assert {code for _, _, code in group.deaths} <= {70, 75}
        assert set(group.stop().values()) <= {0}, "a worker did not stop when it was asked to"


@pytest.mark.faults
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(("server", "prefix"), [("broker", "t0-"), ("minio", "t1-")])
def test_a_server_that_is_killed_ten_times_loses_and_doubles_nothing(
    own_servers: Servers, tmp_path: Path, server: str, prefix: str, figures: Figures
) -> None:
    settings = make_installation(own_servers, prefix, tmp_path)
    victim = getattr(own_servers, server)
    random, back = Random(SEED), []
    with workers(settings) as group, closing(Oracle(settings)) as oracle:
        flow = Flow(settings, oracle)
        flow.run(range(4))
        for time_ in range(1, TIMES + 1):
            flow.send(12 * time_, 12 * time_ + 12)
            # Somewhere among these documents: none has ended yet, or most have.
            until = flow.ended + random.randint(0, 8)
            while flow.ended < until:
                flow.look(0.05)
            time.sleep(random.random())
            victim.kill()
            victim.start()
            victim.wait_healthy()
            before, returned = flow.ended, time.monotonic()
            while flow.ended == before and flow.ended < len(flow.sent):
                assert time.monotonic() - returned < MOST_SECONDS, "nothing ends after the server is back"
                flow.look(0.05)
            back.append(round(time.monotonic() - returned, 1))
        flow.run(range(500, 504))
        deaths = list(group.deaths)
    verdict = judge(settings, flow.sent)
    figures(
        **verdict.to_json(), server=server, server_kills=TIMES, flowing_again_after_seconds=back,
        longest_until_flowing_seconds=max(back), deaths=deaths,
    )  # fmt: skip
    verdict.hold()
    assert {code for _, _, code in deaths} <= {70, 75}
    assert verdict.ends.get("dead_letter", 0) == 0
