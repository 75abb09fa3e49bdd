"""A server that dies while documents flow and comes back: every document ends once, and no worker hangs."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path

import pytest

from processors.config import Settings
from tests.documents import text_pdf
from tests.live.oracle import Oracle, upload
from tests.live.workers import workers
from tests.live_settings import make_installation
from tests.servers import Servers

pytestmark = [pytest.mark.live, pytest.mark.timeout(240)]

AWAY_SECONDS = 5.0


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
