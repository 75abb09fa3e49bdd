"""A store that answers 503 to a fifth of all requests, and for a while to all of them.

No attempt counts, nothing becomes a dead letter. The control is the second half: while every request is refused
nothing ends, so the refusals reach the workers.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.figures import SEED, Figures
from tests.faults.flaky_store import FlakyStore
from tests.faults.flowing import Flow
from tests.faults.judging import judge
from tests.live.oracle import Oracle
from tests.live.workers import workers
from tests.live_settings import make_installation
from tests.servers import Servers

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]

DOCUMENTS = 100
REFUSED_SECONDS = 12.0


def test_refusals_of_the_store_lose_and_double_nothing(
    live: Servers, unused_prefixes: Iterator[str], tmp_path: Path, figures: Figures
) -> None:
    settings = make_installation(live, next(unused_prefixes), tmp_path)
    with FlakyStore(settings.s3.endpoint, SEED) as store:
        through = replace(settings, s3=replace(settings.s3, endpoint=store.endpoint))
        with workers(through) as group, closing(Oracle(settings)) as oracle:
            flow = Flow(settings, oracle)
            flow.run(range(4))
            store.share = 0.2
            flow.run(range(4, DOCUMENTS))
            share = store.refused / store.requests
            store.share = 1.0
            time.sleep(2)  # what is between its last request and its commit may end
            flow.look()
            before = flow.ended
            flow.send(DOCUMENTS, DOCUMENTS + 8)
            until = time.monotonic() + REFUSED_SECONDS
            while time.monotonic() < until:
                flow.look()
            ended_while_refused = flow.ended - before
            store.share = 0.0
            flow.run(range(DOCUMENTS + 8, DOCUMENTS + 12))
            deaths = list(group.deaths)
        verdict = judge(settings, flow.sent)
        figures(
            **verdict.to_json(), requests=store.requests, refused=store.refused, share=round(share, 3),
            ended_while_all_were_refused=ended_while_refused, deaths=deaths,
        )  # fmt: skip
    verdict.hold()
    assert verdict.ends.get("dead_letter", 0) == 0
    assert share > 0.1
    assert ended_while_refused == 0
    assert {code for _, _, code in deaths} <= {75}
