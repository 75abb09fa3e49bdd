"""A person decides reviews on the command line, with real servers and workers, and is killed in between."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing
from typing import Any

import pytest

from processors.config import Settings
from processors.events import Event, ResultReleased
from processors.record.entry import Entry
from processors.record.ledger import Ledger
from processors.record.states import State
from tests.documents import text_pdf
from tests.live.oracle import Oracle, upload
from tests.live.workers import environment, workers
from tests.waiting import until

pytestmark = [pytest.mark.live, pytest.mark.timeout(400)]

#: a receipt whose total nobody can read
RECEIPT = (
    "INDAH GIFT SDN BHD",
    "27, Jalan Dedap 13, 81100 Johor",
    "Tax Invoice",
    "Date: 19/10/2018",
    "Total: 6O.3O",
)


def reviews(settings: Settings, *arguments: str, kill: bool = False) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own; with `kill`, one that dies when it would send what it has stored."""
    program = ["-m", "processors.cli"] if not kill else ["-m", "tests.live.dying_reviewer"]
    return subprocess.run(
        [sys.executable, *program, "reviews", *arguments],
        env=environment(settings) | {"CHANCERY_SECOND_LOOK_PERCENT": "0"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def told(settings: Settings, *arguments: str) -> dict[str, Any]:
    done = reviews(settings, *arguments, "--json")
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def until_review(ledger: Ledger, document: str, run: str = "live") -> Entry:
    def ended() -> Entry | None:
        entry = ledger.entries([document], run).get(document)
        return entry if entry is not None and entry.state is State.REVIEW else None

    found = until(ended, f"the ledger knows the review of {document} in run {run}", pause=0.2)
    assert found is not None
    return found


def results(oracle: Oracle, document: str) -> list[Event[Any]]:
    oracle.read(1.5)
    return [one for one in oracle.events if isinstance(one.data, ResultReleased) and one.subject == document]


def test_a_type_is_told_a_value_corrected_and_the_result_comes_once(installation: Settings) -> None:
    with (
        workers(installation),
        closing(Oracle(installation)) as oracle,
        Ledger.open(installation.database) as ledger,
    ):
        document = upload(installation, "receipt.pdf", text_pdf(RECEIPT))
        first = until_review(ledger, document)
        waiting = reviews(installation, "list", "--json")
        assert [json.loads(line)["document"] for line in waiting.stdout.splitlines()] == [document]
        run = "live"
        if first.type != "receipt":
            came = told(installation, "decide", document, "--by", "Ada", "--type", "receipt")
            assert came["sent"]
            run = came["run"]
            second = until_review(ledger, document, run)
            assert (second.type, second.type_confidence) == ("receipt", 1.0)

        shown = told(installation, "show", document, "--words")
        words = shown["words"]["1"]
        total, date = words.index("6O.3O"), words.index("19/10/2018")
        values = (
            "--set", f"total@1:{total}=60.30",
            "--set", f"date@1:{date}",
            "--set", f"company@1:{','.join(str(words.index(word)) for word in RECEIPT[0].split())}",
        )  # fmt: skip
        refused = reviews(installation, "decide", document, "--by", "Ben", "--set", f"total@1:{total}")
        assert refused.returncode != 0
        assert "total" in refused.stderr
        assert "6O.3O" not in refused.stderr, "no text of the document"

        killed = reviews(installation, "decide", document, "--by", "Ben", *values, kill=True)
        assert killed.returncode == -9, killed.stderr
        assert results(oracle, document) == []
        assert told(installation, "mend") == {"sent": [document]}
        until(lambda: results(oracle, document), "the corrected result arrives")
        told(installation, "mend")
        (result,) = results(oracle, document)
        data = result.data
        assert (data.fields["total"], data.fields["date"]) == ("60.30", "2018-10-19")
        assert (data.review.reviewer, data.document.continues) == ("Ben", run)
        assert (data.evidence["total"].verdict, data.evidence["total"].text) == ("derived", "6O.3O")
        assert data.evidence["date"].verdict == "normalised"
        until(lambda: ledger.find(document).state is State.RESULT, "the ledger knows it")  # type: ignore[union-attr]
        assert reviews(installation, "list", "--json").stdout == ""
        again = reviews(installation, "decide", document, "--by", "Cleo")
        assert "waits for no review" in again.stderr
        assert oracle.repeated() == {}
        acts = [one.data for one in oracle.events if one.type == "chancery.act.recorded.v1"]
        assert all("60.30" not in act.model_dump_json() for act in acts)
