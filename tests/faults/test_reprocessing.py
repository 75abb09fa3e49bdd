"""Hundreds of documents are reprocessed from Airflow with another reader, live ones come in, everything is killed.

First with nothing killed: the 95th percentile of live documents, from upload to end, while a reprocessing is under
way is compared with that before and after it. Then all documents, while workers, tasks and components of Airflow
are killed. What the second reader reads otherwise is known, so the report must tell just that. The control: what is
sent twice, as by a sender without a cursor, ends twice.
"""

from __future__ import annotations

import io
import os
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import httpx
import pikepdf
import pytest

from processors.batch.reprocess import comparing, manifest
from processors.config import Settings
from processors.events import DocumentClassified, DocumentHeld, ResultReleased
from processors.orchestration.doors import doors_of
from processors.record.ledger import Ledger
from processors.runtime import writing
from tests.faults.figures import SEED, Figures
from tests.faults.judging import put
from tests.faults.reprocessing_killer import Killer, planned
from tests.faults.second_reader_worker import FIELD, SWITCH, changed, vanished
from tests.live.airflow_client import Person
from tests.live.airflow_site import SAMPLES, Site, started
from tests.live.oracle import Oracle
from tests.waiting import until

pytestmark = [
    pytest.mark.faults,
    pytest.mark.timeout(7200),
    pytest.mark.filterwarnings("ignore:(read|open)_text is deprecated:DeprecationWarning"),
]

DOCUMENTS = int(os.environ.get("FAULTS_REPROCESSED", "600"))
#: Live documents while a reprocessing is under way, and as many with none.
LIVE = int(os.environ.get("FAULTS_LIVE", "80"))
#: Documents a second that are sent again while live ones are timed.
RATE = 2
PATIENCE = 1800.0
SAMPLE = SAMPLES / "fcc-order.pdf"
#: Documents a second that are sent again while everything is killed: it takes a minute to send them.
KILLED_RATE = DOCUMENTS / 60
#: Half of the documents each; live ones are a third agency's.
AGENCIES = ("alpha", "beta")


def paper(number: int) -> bytes:
    """A real order for advertising time of three pages with a text layer, no two copies alike."""
    with pikepdf.open(SAMPLE) as opened:
        opened.docinfo["/Number"] = str(number)
        out = io.BytesIO()
        opened.save(out)
    return out.getvalue()


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    worker = (sys.executable, "-m", "tests.faults.second_reader_worker", *"STAGE --slot SLOT --lanes LANES".split())
    with started(
        tmp_path_factory.mktemp("site") / "home",
        secured=False,
        agencies=(*AGENCIES, "live"),
        plan=lambda planned: replace(planned, worker_command=worker),
    ) as up:
        yield up


class Singles:
    """Live documents that are sent one by one, and how long each took from its upload to its end."""

    def __init__(self, settings: Settings, oracle: Oracle) -> None:
        self._settings, self._oracle = settings, oracle
        self.sent: list[str] = []

    def stretch(self, many: int, pause: float = 0.5) -> list[float]:
        """Send so many, each once the one before has ended; seconds of each."""
        return [self._one(pause) for _ in range(many)]

    def _one(self, pause: float) -> float:
        number = len(self.sent)
        at = datetime.now(UTC)
        document, _ = put(self._settings, f"live-{number:04}.pdf", paper(1_000_000 + number), "live")
        self.sent.append(document)
        self._oracle.read_until(lambda: document in self._oracle.ends, "a live document ends", PATIENCE)
        time.sleep(pause)
        return (self._oracle.ends[document][0].event.time - at).total_seconds()


def p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


def test_hundreds_of_documents_reprocessed_under_load_with_kills(site: Site, figures: Figures) -> None:
    settings, ada = site.settings, site.ada
    with closing(Oracle(settings)) as oracle, Ledger.open(settings.database) as ledger:
        numbers = {}
        for number in range(DOCUMENTS):
            agency = AGENCIES[number % 2]
            document, _ = put(settings, f"paper-{number:04}.pdf", paper(number), agency)
            numbers[document] = number
        ends = oracle.wait(list(numbers), seconds=PATIENCE)
        assert {end.state for end in ends.values()} == {"result"}
        values = ends[next(iter(numbers))].event.data.fields
        until(lambda: not ledger.waiting(list(numbers)), "the ledger knows all ends", pause=0.5)
        (settings.home / SWITCH).touch()

        # Nothing is killed: live documents before, while, after.
        singles = Singles(settings, oracle)
        singles.stretch(4)
        alone = singles.stretch(LIVE // 2)
        among: list[float] = []
        half = {"name": "half", "agencies": [AGENCIES[0]], "rate": RATE, "compare_only": True}
        assert ada.trigger("reprocess", "half", half) == 200
        ada.until_task("reprocess", "half", "emit", "running")
        while len(among) < LIVE and ada.tasks("reprocess", "half")["await_ends"] != "success":
            among += singles.stretch(5)
        assert ada.until_ended("reprocess", "half", PATIENCE) == "success"
        alone += singles.stretch(LIVE - len(alone))

        # All of them, and everything is killed.
        killer = Killer(settings.home, planned(DOCUMENTS), Random(SEED), lambda: _at_work(ada, "all"))
        killer.start()
        everything = {"name": "all", "agencies": list(AGENCIES), "rate": KILLED_RATE, "why": "the second reader"}
        assert ada.trigger("reprocess", "all", everything) == 200
        until(lambda: _state(ada, "all", "compare") is not None, "all have ended", seconds=PATIENCE, pause=2)
        killer.finish()
        ada.until_task("reprocess", "all", "approve", "awaiting_input")
        oracle.read_all()
        held = Counter(e.subject for e in oracle.events if isinstance(e.data, DocumentHeld) and e.runid == "re-all")
        site.grace.decide("reprocess", "all", "approve", "Approve", "as it should be")
        assert ada.until_ended("reprocess", "all", PATIENCE) == "success"
        oracle.read_all()
        published = Counter(
            e.subject for e in oracle.events if isinstance(e.data, ResultReleased) and e.runid == "re-all"
        )
        repeated = len(oracle.repeated())

        # Control: some are sent twice, as by a sender that keeps no count of what it has sent.
        again = [e for e in oracle.events if e.runid == "re-all" and e.type == DocumentClassified.TYPE][:5]
        doors = doors_of(settings, ledger)
        doors.topics.write([writing.outgoing(event) for event in again])
        oracle.read_until(lambda: doubled_ends(oracle) == len(again) == 5, "what is sent twice ends twice")
        found = comparing.last(doors, manifest.find(doors, "all"))
        assert found is not None

    stand = {
        kind: sum(map(rule, numbers.values())) for kind, rule in (("changed", changed), ("vanished", vanished))
    }
    fields: dict[str, Counter[str]] = defaultdict(Counter)
    for one in found.figures["fields"]:
        fields[one["field"]].update({kind: one[kind] for kind in stand})
    lost, doubled = DOCUMENTS - len(held), sum(many > 1 for many in (*held.values(), *published.values()))
    figures(
        reprocessed=DOCUMENTS, killed=dict(killer.kills), kills=killer.kills.total(),
        kills_by_stage={stage: killer.kills[stage] for stage in ("extract", "publish")},
        kills_missed=dict(killer.missed), lost=lost, doubled=doubled, repeated_events=repeated,
        published=len(published), seeded=stand,
        reported={kind: fields[FIELD][kind] for kind in stand}, live_alone=len(alone), live_among=len(among),
        p95_seconds_alone=round(p95(alone), 2), p95_seconds_among=round(p95(among), 2),
        p95_ratio=round(p95(among) / p95(alone), 2),
        p50_ratio=round(statistics.median(among) / statistics.median(alone), 2),
        doubled_where_sent_twice=len(again),
    )  # fmt: skip
    assert killer.missed == Counter(), "or less was killed than what this is to show"
    assert (lost, doubled, repeated) == (0, 0, 0)
    # A required field that vanished, and one that is not what its words say: people are asked about those
    # documents, and their old result stands.
    assert len(published) == DOCUMENTS - sum(stand.values())
    for path in values:
        assert {k: fields[path][k] for k in stand} == (stand if path == FIELD else dict.fromkeys(stand, 0)), path
    assert len(among) >= LIVE // 2


def doubled_ends(oracle: Oracle) -> int:
    """Documents whose end in the run was told more than once."""
    held = Counter(e.subject for e in oracle.events if isinstance(e.data, DocumentHeld) and e.runid == "re-all")
    return sum(many > 1 for many in held.values())


def _state(person: Person, run: str, task: str) -> str | None:
    """The state of a task; None while Airflow does not answer, or does not know of it."""
    try:
        return person.tasks("reprocess", run).get(task)
    except (AssertionError, OSError):
        return None


def _at_work(person: Person, run: str) -> list[str]:
    """Ids of the run's tasks that are at work; none while Airflow does not answer, or does not know of the run."""
    try:
        found = person.get(f"dags/reprocess/dagRuns/{run}/taskInstances")["task_instances"]
    except (AssertionError, OSError, httpx.HTTPError):
        return []
    return [one["id"] for one in found if one["state"] == "running"]
