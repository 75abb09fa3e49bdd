"""Documents are reprocessed from `extract` on with another reader while others arrive; a second person decides.

Real Kafka, MinIO and workers; intake, recognition and everything around the stages is the real one, and the later
stages know their documents by number, so that the right differences are known.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections import Counter
from contextlib import closing
from typing import Any

import pytest

from processors.config import Settings
from processors.events import DocumentHeld, Event, ResultReleased
from processors.record.ledger import Ledger
from processors.record.states import State
from tests.documents import text_pdf
from tests.live.oracle import Oracle, upload
from tests.live.rereading_worker import read
from tests.live.workers import environment, workers
from tests.waiting import until

pytestmark = [pytest.mark.live, pytest.mark.timeout(600)]

DOCUMENTS, LIVE = 30, 10
WORKER = (sys.executable, "-m", "tests.live.rereading_worker")


def chancery(settings: Settings, *arguments: str, kill: str = "") -> subprocess.CompletedProcess[str]:
    """A command in a process of its own; with `kill`, one that dies there."""
    return subprocess.run(
        [sys.executable, "-m", "processors.cli", "reprocess", *arguments],
        env=environment(settings) | ({"CHANCERY_FAIL_POINTS": kill} if kill else {}),
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def told(settings: Settings, *arguments: str) -> dict[str, Any]:
    done = chancery(settings, *arguments, "--json")
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def results(oracle: Oracle, run: str) -> list[Event[Any]]:
    oracle.read(2.0)
    return [event for event in oracle.events if isinstance(event.data, ResultReleased) and event.runid == run]


def numbered(settings: Settings, first: int, many: int) -> dict[str, int]:
    """Documents by id, with their numbers."""
    return {
        upload(settings, f"paper-{n:03}.pdf", text_pdf([f"Paper {n}", "A receipt for a few things"])): n
        for n in range(first, first + many)
    }


def test_a_reprocessing_is_killed_compared_approved_and_another_rejected(installation: Settings) -> None:
    with (
        workers(installation, command=WORKER),
        closing(Oracle(installation)) as oracle,
        Ledger.open(installation.database) as ledger,
    ):
        old = numbered(installation, 1, DOCUMENTS)
        ends = oracle.wait(list(old), seconds=240)
        assert {end.state for end in ends.values()} == {"result"}
        until(lambda: not ledger.waiting(list(old)), "the ledger knows all ends", pause=0.5)
        (installation.home / "READER-2").touch()

        plan = ("--from", "extract", "--by", "Ada", "--type", "receipt")
        assert told(installation, "plan", "one", *plan, "--dry-run")["documents"] == DOCUMENTS
        assert told(installation, "plan", "one", *plan)["documents"] == DOCUMENTS
        assert told(installation, "plan", "two", *plan, "--compare-only")["documents"] == DOCUMENTS

        # Killed with the second transaction open, then with another one committed and the command none the wiser.
        live = numbered(installation, 101, LIVE)
        for where in ("in_transaction:@2", "committed:@1"):
            dead = chancery(installation, "run", "one", "--rate", "10", kill=f"reprocess:{where}")
            assert dead.returncode == -signal.SIGKILL, dead.stderr
        found = told(installation, "run", "one", "--rate", "10")
        assert (found["finished"], found["states"]) == (True, {"held": DOCUMENTS})

        oracle.wait(list(live), seconds=240)
        held = [event for event in oracle.events if isinstance(event.data, DocumentHeld)]
        assert Counter(event.subject for event in held) == Counter(dict.fromkeys(old, 1)), "0 lost, 0 doubled"
        assert oracle.repeated() == {}
        assert results(oracle, "re-one") == []
        recognised = [event for event in oracle.events if event.type == "chancery.document.recognised.v1"]
        assert len(recognised) == DOCUMENTS + LIVE, "what comes before extract was not done again"

        figures = told(installation, "compare", "one")
        fields = {one["field"]: one for one in figures["fields"]}
        changes = [(read(n, 1), read(n, 2)) for n in old.values()]
        for field in ("total", "date", "tax"):
            assert (
                fields[field]["same"],
                fields[field]["changed"],
                fields[field]["appeared"],
                fields[field]["vanished"],
            ) == (
                sum(field in a and a[field] == b.get(field) for a, b in changes),
                sum(field in a and field in b and a[field] != b[field] for a, b in changes),
                sum(field not in a and field in b for a, b in changes),
                sum(field in a and field not in b for a, b in changes),
            )
        assert figures["differ"] == sum(a != b for a, b in changes)
        assert fields["total"]["less_sure"] == fields["total"]["same"]

        # Approved by somebody else, killed while publishing, gone on with.
        refused = chancery(installation, "approve", "one", "--by", "Ada")
        assert "another person" in refused.stderr
        dead = chancery(
            installation, "approve", "one", "--by", "Ben", "--rate", "10", kill="reprocess:committed:@1"
        )
        assert dead.returncode == -signal.SIGKILL, dead.stderr
        assert told(installation, "release", "one") == {"name": "one", "published": DOCUMENTS, "left_out": 0}
        before = {event.subject: event.id for event in results(oracle, "live")}
        after = results(oracle, "re-one")
        assert Counter(event.subject for event in after) == Counter(dict.fromkeys(old, 1))
        for event in after:
            assert event.data.supersedes == before[event.subject]
            assert event.data.fields == read(old[event.subject], 2)
        until(
            lambda: {e.state for e in ledger.entries(old, "re-one").values()} == {State.RESULT},
            "the ledger knows what was published",
            pause=0.5,
        )

        # Another, rejected: nothing of it is published.
        assert told(installation, "run", "two", "--rate", "50")["finished"]
        assert told(installation, "compare", "two")["finished"]
        assert told(installation, "reject", "two", "--by", "Ben")["word"] == "rejected"
        assert chancery(installation, "release", "two").returncode == 1
        assert results(oracle, "re-two") == []
        assert oracle.repeated() == {}
        assert len(results(oracle, "live")) == DOCUMENTS + LIVE
