"""Bad files among good ones.

Each bad file is set aside with a reason that fits, no worker dies, and good documents do not wait for it: their
95th percentile from upload to end, in stretches with bad files, is compared with that without, stretch by stretch,
in the same run. The control of the reasons: the good documents between them are set aside by none.
"""

from __future__ import annotations

import json
import os
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from tests.faults.figures import SEED, Figures
from tests.faults.flowing import Flow
from tests.faults.judging import judge, put
from tests.live.oracle import Oracle
from tests.live.workers import workers
from tests.live_settings import make_installation
from tests.servers import Servers

pytestmark = [pytest.mark.faults, pytest.mark.timeout(7200)]

#: Good documents in stretches with bad files among them, and as many without.
GOOD = int(os.environ.get("FAULTS_GOOD", "800"))
STRETCH = 40
#: Documents without an end at most: few, so that what is measured is not a queue that the test itself made.
IN_FLIGHT = 4
PATIENCE = 300.0
#: Found by a scanner alone, which this installation has not.
NEEDS_A_SCANNER = {"malware"}


def test_bad_files_are_set_aside_and_hold_up_nobody(
    live: Servers, unused_prefixes: Iterator[str], tmp_path: Path, figures: Figures
) -> None:
    corpus = pytest.importorskip("tests.corpus.hostile", reason="this version has no corpus of hostile files")
    settings = make_installation(live, next(unused_prefixes), tmp_path)
    (policies := tmp_path / "policies").mkdir()
    (policies / "alpha.json").write_text(json.dumps(corpus.POLICY))
    bad = [one for one in corpus.hostile(SEED) if one.kind not in NEEDS_A_SCANNER]
    Random(SEED).shuffle(bad)
    stretches = GOOD // STRETCH
    share = [bad[n::stretches] for n in range(stretches)]
    expected, kinds, sent_at = {}, {}, {}
    extra = {**corpus.SETTINGS, "CHANCERY_POLICIES": str(policies)}
    with workers(settings, extra=extra) as group, closing(Oracle(settings)) as oracle:
        pids = {slot: worker.pid for slot, worker in group.processes.items()}
        flow = Flow(settings, oracle)
        flow.run(range(1_000_000, 1_000_004))
        good: dict[bool, list[str]] = {True: [], False: []}
        for n in range(2 * stretches):
            mixed = n % 2 == 1
            among = list(share[n // 2]) if mixed else []
            for number in range(n * STRETCH, (n + 1) * STRETCH):
                sent_at[(document := flow.send(number, number + 1)[0])] = datetime.now(UTC)
                good[mixed].append(document)
                if among and number % STRETCH >= 2:
                    one = among.pop()
                    document, sha256 = put(settings, one.name, one.content)
                    flow.sent[document] = sha256
                    expected[document], kinds[document] = one.expected_reasons, one.kind
                limit = time.monotonic() + PATIENCE
                while len(flow.sent) - flow.ended > IN_FLIGHT:
                    assert time.monotonic() < limit, "nothing ends any more"
                    flow.look(0.05)
            flow.run(())
        assert {slot: worker.pid for slot, worker in group.processes.items()} == pids, group.deaths
        ends = oracle.ends
    verdict = judge(settings, flow.sent)
    table: dict[str, Counter[str]] = defaultdict(Counter)
    for document, kind in kinds.items():
        table[kind][ends[document][0].reason or ends[document][0].state] += 1
    seconds = {
        mixed: [(ends[i][0].event.time - sent_at[i]).total_seconds() for i in documents]
        for mixed, documents in good.items()
    }
    p95 = {mixed: statistics.quantiles(each, n=20)[-1] for mixed, each in seconds.items()}
    wrong = {i: ends[i][0].reason or ends[i][0].state for i in expected if ends[i][0].reason not in expected[i]}
    figures(
        **verdict.to_json(), bad=len(expected), good_among_bad=len(good[True]), good_alone=len(good[False]),
        wrong_reason={f"{kinds[i]}": reason for i, reason in wrong.items()}, worker_deaths=len(group.deaths),
        quarantined=dict(sum(table.values(), Counter())),
        by_class={kind: dict(each) for kind, each in table.items()},
        p95_seconds_alone=round(p95[False], 2), p95_seconds_among_bad=round(p95[True], 2),
        p95_ratio=round(p95[True] / p95[False], 2), left_out=sorted(NEEDS_A_SCANNER),
    )  # fmt: skip
    verdict.hold()
    assert wrong == {}
    assert {ends[i][0].state for documents in good.values() for i in documents} <= {"result", "review"}
