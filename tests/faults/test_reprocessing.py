"""Hundreds of documents are reprocessed with another reader while live ones come in and workers are killed.

Half of them with nothing killed: the 95th percentile of live documents, from upload to end, in stretches with a
reprocessing under way is compared with that without. Then workers and the sender are killed. What the second reader
reads otherwise is known, so the report must tell just that. The control sends one list twice, without a cursor.
"""

from __future__ import annotations

import io
import json
import os
import signal
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pikepdf
import pytest

from processors.config import Settings
from processors.events import DocumentHeld
from processors.record.ledger import Ledger
from tests.faults.figures import SEED, Figures
from tests.faults.judging import judge, put
from tests.faults.second_reader_worker import FIELD, SWITCH, changed, vanished
from tests.live.oracle import Oracle
from tests.live.workers import Workers, environment, workers
from tests.live_settings import make_installation
from tests.servers import Servers
from tests.waiting import until

pytestmark = [pytest.mark.faults, pytest.mark.timeout(7200)]

DOCUMENTS = int(os.environ.get("FAULTS_REPROCESSED", "600"))
#: Live documents in stretches with a reprocessing under way, and as many without.
LIVE = int(os.environ.get("FAULTS_LIVE", "80"))
STRETCH = 20
#: Documents a second that are sent again.
RATE = 4
PATIENCE = 300.0
WORKER = (sys.executable, "-m", "tests.faults.second_reader_worker")
SAMPLE = Path(__file__).parents[2] / "samples" / "fcc-order.pdf"
PLAN = ("--from", "extract", "--type", "fcc_political_ad_buy", "--by", "Ada")


def paper(number: int) -> bytes:
    """A real order for advertising time of three pages with a text layer, no two copies alike."""
    with pikepdf.open(SAMPLE) as opened:
        opened.docinfo["/Number"] = str(number)
        out = io.BytesIO()
        opened.save(out)
    return out.getvalue()


def command(settings: Settings, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "processors.cli", "reprocess", *arguments]


def told(settings: Settings, *arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        command(settings, *arguments, "--json"),
        env=environment(settings),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


class Singles:
    """Live documents that are sent one by one, and how long each took from its upload to its end."""

    def __init__(self, settings: Settings, oracle: Oracle) -> None:
        self._settings, self._oracle = settings, oracle
        self.sent: dict[str, str] = {}

    def stretch(self, many: int, pause: float = 0.5) -> list[float]:
        """Send so many, each once the one before has ended; seconds of each."""
        return [self._one(pause) for _ in range(many)]

    def _one(self, pause: float) -> float:
        content = paper(1_000_000 + len(self.sent))
        at = datetime.now(UTC)
        document, sha256 = put(self._settings, f"live-{len(self.sent):04}.pdf", content)
        self.sent[document] = sha256
        self._oracle.read_until(lambda: document in self._oracle.ends, "a live document ends", PATIENCE)
        time.sleep(pause)
        return (self._oracle.ends[document][0].event.time - at).total_seconds()


def send_again(settings: Settings, name: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command(settings, "run", name, "--rate", str(RATE)),
        env=environment(settings),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def kill_while_it_runs(settings: Settings, name: str, group: Workers, random: Random) -> int:
    """Kill the sender and workers, one of them every few seconds, until the reprocessing is through; how many."""
    kills, sender = 0, send_again(settings, name)
    while sender.poll() is None:
        time.sleep(random.uniform(2, 5))
        victim = random.choice(["sender", "extract", "publish", "record"])
        if victim != "sender":
            group.kill(victim)
            kills += 1
        elif sender.poll() is None:
            sender.send_signal(signal.SIGKILL)
            sender.wait()
            kills += 1
            sender = send_again(settings, name)
    assert sender.returncode == 0
    return kills


def p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


def test_hundreds_of_documents_reprocessed_under_load_with_kills(
    live: Servers, unused_prefixes: Iterator[str], tmp_path: Path, figures: Figures
) -> None:
    settings = make_installation(live, next(unused_prefixes), tmp_path)
    with (
        workers(settings, command=WORKER) as group,
        closing(Oracle(settings)) as oracle,
        Ledger.open(settings.database) as ledger,
    ):
        sent, numbers = {}, {}
        for number in range(DOCUMENTS):
            document, sha256 = put(settings, f"paper-{number:04}.pdf", paper(number))
            sent[document], numbers[document] = sha256, number
        ends = oracle.wait(list(sent), seconds=1800)
        assert {end.state for end in ends.values()} == {"result"}
        values = ends[next(iter(sent))].event.data.fields
        until(lambda: not ledger.waiting(list(sent)), "the ledger knows all ends", pause=0.5)
        (settings.home / SWITCH).touch()

        # Undisturbed, for the latency of live documents.
        middle = datetime.now(UTC).isoformat()
        half = sorted(sent, key=lambda i: ends[i].event.time)[: DOCUMENTS // 2]
        until_then = max(ends[i].event.time for i in half).isoformat()
        singles = Singles(settings, oracle)
        singles.stretch(4)
        alone = singles.stretch(LIVE // 4)
        among: list[float] = []
        assert told(settings, "plan", "first", *PLAN, "--until", until_then)["documents"] > DOCUMENTS // 4
        sender = send_again(settings, "first")
        time.sleep(3)
        while sender.poll() is None and len(among) < LIVE:
            among += singles.stretch(5)
        sender.wait(PATIENCE)
        alone += singles.stretch(LIVE - len(alone))

        # All of them, with kills.
        assert told(settings, "plan", "all", *PLAN, "--until", middle)["documents"] == DOCUMENTS
        kills = kill_while_it_runs(settings, "all", group, Random(SEED))
        found = told(settings, "run", "all")
        assert (found["finished"], found["states"]) == (True, {"held": DOCUMENTS})
        compared = told(settings, "compare", "all")
        oracle.read(3)
        held = Counter(e.subject for e in oracle.events if isinstance(e.data, DocumentHeld) and e.runid == "re-all")
        doubled, lost = sum(n > 1 for n in held.values()), DOCUMENTS - len(held)
        told(settings, "approve", "all", "--by", "Ben", "--rate", "200")
        oracle.read(3)

    fields = {one["field"]: one for one in compared["fields"]}
    seeded = {"changed": sum(map(changed, numbers.values())), "vanished": sum(map(vanished, numbers.values()))}
    verdict = judge(settings, sent | singles.sent)
    figures(
        reprocessed=DOCUMENTS, kills=kills, lost=lost, doubled=doubled,
        seeded=seeded, reported={kind: fields[FIELD][kind] for kind in seeded},
        live_alone=len(alone), live_among=len(among),
        p95_seconds_alone=round(p95(alone), 2), p95_seconds_among=round(p95(among), 2),
        p95_ratio=round(p95(among) / p95(alone), 2),
        p50_ratio=round(statistics.median(among) / statistics.median(alone), 2),
    )  # fmt: skip
    assert (lost, doubled) == (0, 0)
    assert verdict.lost == ()
    for path in values:
        wanted = seeded if path == FIELD else dict.fromkeys(seeded, 0)
        assert {kind: fields[path][kind] for kind in wanted} == wanted, path
