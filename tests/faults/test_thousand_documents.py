"""Kills in every stage while a thousand documents flow.

Each of the seven fail points of each of the five stages kills twice, at a passage drawn from the seed, and the
record worker is killed from outside. The control sends the same kind of documents through a worker that commits
without a transaction and must double more than 50.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path
from random import Random

import pytest

from processors.pipeline import STAGES
from tests.faults.figures import SEED, Figures
from tests.faults.flowing import Flow
from tests.faults.judging import judge
from tests.faults.reaper import Reaper
from tests.live.oracle import Oracle
from tests.live.workers import ALL, workers
from tests.live_settings import make_installation
from tests.servers import Servers

pytestmark = [pytest.mark.faults, pytest.mark.timeout(7200)]

#: Fewer for a first look; the kills stay as many, so they lie closer together.
DOCUMENTS = int(os.environ.get("FAULTS_DOCUMENTS", "1000"))
ROUNDS = 2
#: Workers without fail points, killed from outside while documents flow.
OTHERS = tuple(name for name in ALL if name not in {row.name for row in STAGES})
OTHERS_EACH = 12


def test_kills_at_every_point_of_every_stage_lose_and_double_nothing(
    live: Servers, unused_prefixes: Iterator[str], tmp_path: Path, figures: Figures
) -> None:
    settings = make_installation(live, next(unused_prefixes), tmp_path)
    # Half of the documents, so that the last sentences are carried out before the documents are out.
    reaper = Reaper(SEED, ROUNDS, spread=max(16, DOCUMENTS // (2 * 7 * ROUNDS)))
    at = sorted(Random(SEED).sample(range(1, DOCUMENTS), OTHERS_EACH))
    due = {name: list(at) for name in OTHERS}
    began = time.monotonic()
    with workers(settings, each=reaper.variables) as group, closing(Oracle(settings)) as oracle:

        def kill_others(ended: int) -> None:
            for name, when in due.items():
                if when and ended >= when[0]:
                    when.pop(0)
                    group.kill(name)

        flow = Flow(settings, oracle)
        flow.run(range(DOCUMENTS), meanwhile=kill_others)
        deaths = list(group.deaths)
    verdict = judge(settings, flow.sent)
    killed = Counter(stage for stage, _, code in deaths if code == -9)
    figures(
        **verdict.to_json(),
        kills=sum(killed.values()),
        kills_by_stage=dict(killed),
        points=dict(sorted(reaper.sentences.items())),
        points_not_reached=reaper.left(),
        other_deaths=[list(death) for death in deaths if death[2] != -9],
        longest_stall_seconds=round(flow.longest_stall, 1),
        seconds=round(time.monotonic() - began),
    )
    verdict.hold()
    assert verdict.versions == DOCUMENTS
    assert verdict.ends.get("dead_letter", 0) == 0, "a kill is nobody's fault"
    assert verdict.ends["result"] >= DOCUMENTS // 10, "results are killed before they are out, too"
    assert {code for _, _, code in deaths} == {-9}
    assert sum(killed.values()) >= 60
    assert min(killed[name] for name in ALL) >= 10


def test_control_without_transactions_fewer_kills_double_more_than_fifty(
    live: Servers, unused_prefixes: Iterator[str], tmp_path: Path, figures: Figures
) -> None:
    settings = make_installation(live, next(unused_prefixes), tmp_path)
    documents = 96
    with (
        workers(settings, ("intake", "ocr", "classify", "extract")) as group,
        closing(Oracle(settings)) as oracle,
    ):
        flow = Flow(settings, oracle)
        flow.send(0, documents)
        limit = time.monotonic() + 300
        while sum(event.type == "chancery.document.extracted.v1" for event in oracle.events) < documents:
            assert time.monotonic() < limit
            flow.look()
        group.command = (sys.executable, "-m", "tests.faults.leaky_worker")
        # Each life commits one batch and dies behind the next, which the life after it sends again.
        group.each = lambda stage, slot: {"CHANCERY_FAIL_POINTS": "publish:in_transaction:@2"}
        group.start("publish")
        while flow.ended < documents:
            assert time.monotonic() < limit + 200
            flow.look()
        oracle.read(5)
        kills = sum(code == -9 for _, _, code in group.deaths)
    verdict = judge(settings, flow.sent)
    figures(**verdict.to_json(), kills=kills, kills_by_stage={"publish": kills})
    assert verdict.lost == ()
    assert len(verdict.doubled) > 50
    assert verdict.ends["result"] > 0


def test_the_seed_alone_decides_where_workers_die() -> None:
    def drawn(seed: int) -> list[str]:
        reaper = Reaper(seed, 1, 40)
        return [str(reaper.variables(row.name, 0)) for row in chain(STAGES, STAGES)]

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)
