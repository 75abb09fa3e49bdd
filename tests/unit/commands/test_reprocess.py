"""`chancery reprocess`, with memory behind it: from the plan to results that take the place of the old ones."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from processors import config
from processors.acts import Act
from processors.batch.reprocess import manifest
from processors.commands import batch_doors, reprocess_steps, surroundings
from processors.commands.exits import Exit
from processors.commands.surroundings import Surroundings
from processors.runtime.codec import decode
from tests.people import people
from tests.unit.batch.reprocess.office import Office
from tests.unit.commands.conftest import KeptActs, chancery, operated


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, acts: KeptActs) -> Iterator[Office]:
    made = Office(tmp_path)
    settings = config.load({"CHANCERY_HOME": str(tmp_path / "home")})

    @contextmanager
    def around() -> Iterator[Surroundings]:
        yield Surroundings(settings, made.objects, made.ledger, local=True, acts=acts)

    monkeypatch.setattr(surroundings, "around", around)
    monkeypatch.setattr(batch_doors, "batch_doors", lambda _: made.doors)
    made.objects.put("inbox-alpha", "x", b"", "x")
    for n in range(3):
        made.ended(str(n), {"shop": f"secret {n}"})
    yield made
    made.ledger.close()


def plan(*more: str) -> Any:
    return chancery("reprocess", "plan", "one", "--from", "extract", "--by", "Ada", *more)


def told(acts: KeptActs) -> list[tuple[str, str, str, str]]:
    events = [decode(record.value).data for record in acts]
    return [(one.act, one.thing, one.by, one.outcome) for one in events]


def test_the_whole_way(office: Office, acts: KeptActs) -> None:
    office.rereads = lambda _, values: {"shop": f"new {values['shop']}"}
    assert plan("--why", "a new reader").exit_code == 0
    assert chancery("reprocess", "run", "one", "--no-wait", "--rate", "1000").exit_code == 0
    office.work()
    done = chancery("reprocess", "run", "one", "--json")
    assert json.loads(done.stdout)["finished"] is True
    compared = chancery("reprocess", "compare", "one")
    assert "documents/alpha/reprocessings/re-one/report.html" in compared.stdout
    assert "secret" not in compared.stdout + compared.stderr
    own = chancery("reprocess", "approve", "one", "--by", "Ada")
    assert (own.exit_code, "another person" in own.stderr) == (Exit.FAILED, True)
    approved = chancery("reprocess", "approve", "one", "--by", "Ben", "--json")
    assert json.loads(approved.stdout) == {"name": "one", "published": 3, "left_out": 0}
    assert json.loads(chancery("reprocess", "release", "one", "--json").stdout)["published"] == 3
    new = [event for event in office.results() if event.runid == "re-one"]
    assert len(new) == 3
    assert all(event.data.supersedes for event in new)
    (row,) = map(json.loads, chancery("reprocess", "list", "--json").stdout.splitlines())
    assert (row["name"], row["decision"]["by"], row["decision"]["word"]) == ("one", "Ben", "approved")
    assert "approved by Ben" in chancery("reprocess", "list").stdout
    asked = [one for one in told(acts) if one[0] == Act.REPROCESSING_REQUESTED.value]
    own_word = [one for one in told(acts) if one[2] == "Ada" and one[0] == Act.REPROCESSING_APPROVED.value]
    approval = [one for one in told(acts) if one[2] == "Ben"]
    assert [one[3] for one in asked] == ["begun", "done"]
    assert [one[3] for one in own_word] == ["begun", "failed"]
    assert [one[3] for one in approval] == ["begun", "done"]


def test_while_a_candidate_is_on_trial_nothing_is_approved(
    office: Office, acts: KeptActs, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan()
    chancery("reprocess", "run", "one", "--no-wait", "--rate", "1000")
    office.work()
    chancery("reprocess", "compare", "one")
    around = surroundings.around

    @contextmanager
    def trying() -> Iterator[Surroundings]:
        with around() as at:
            yield replace(at, settings=replace(at.settings, candidates=(("reader", 4),)))

    with monkeypatch.context() as patched:
        patched.setattr(surroundings, "around", trying)
        refused = chancery("reprocess", "approve", "one", "--by", "Ben")
    assert (refused.exit_code, "reader@4 is on trial" in refused.stderr) == (Exit.FAILED, True)
    assert [event for event in office.results() if event.runid == "re-one"] == []
    assert chancery("reprocess", "approve", "one", "--by", "Ben").exit_code == 0


def test_a_rejection_is_told_and_final(office: Office, acts: KeptActs) -> None:
    plan()
    assert "rejected by Ben" in chancery("reprocess", "reject", "one", "--by", "Ben").stdout
    for command in (("approve", "one", "--by", "Cleo"), ("run", "one"), ("release", "one")):
        assert chancery("reprocess", *command).exit_code == Exit.FAILED
    assert [event for event in office.results() if event.runid != "live"] == []
    assert (Act.REPROCESSING_REJECTED.value, "one", "Ben", "done") in told(acts)


def test_where_it_is_said_who_operates_others_plan_and_decide_nothing(
    office: Office, acts: KeptActs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    operated(monkeypatch, people(tmp_path))
    of_alpha = ("reprocess", "plan", "one", "--from", "extract", "--agency", "alpha", "--by")
    for asked in (
        (*of_alpha, "ruth"),
        (*of_alpha, "gil"),
        ("reprocess", "plan", "one", "--from", "extract", "--by", "al"),
    ):
        assert chancery(*asked).exit_code == Exit.FAILED
    assert acts == []
    assert chancery(*of_alpha, "al").exit_code == 0
    for word in ("approve", "reject"):
        for by, why in (("ruth", "no operator"), ("gil", "beta alone")):
            done = chancery("reprocess", word, "one", "--by", by)
            assert (done.exit_code, why in done.output) == (Exit.FAILED, True)
    assert chancery("reprocess", "reject", "one", "--by", "al").exit_code == 0


def test_a_dry_run_counts_and_writes_nothing(office: Office, acts: KeptActs) -> None:
    keys = set(office.objects.keys("work", ""))
    counted = json.loads(plan("--dry-run", "--json").stdout)
    assert counted == {
        "documents": 3,
        "counts": [{"agency": "alpha", "type": "receipt", "state": "result", "documents": 3}],
    }
    assert "3 documents" in plan("--dry-run").stdout
    assert (set(office.objects.keys("work", "")), list(acts)) == (keys, [])


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (("--agency", "beta"), "no agency 'beta'"),
        (("--type", "novel"), "no document type 'novel'"),
        (("--state", "lost"), "no end 'lost'"),
        (("--since", "soon"), "'soon' is no date"),
        (("--from", "intake"), "Nothing begins at 'intake'"),
        (("--state", "dead_letter"), "nothing to reprocess"),
    ],
)
def test_what_cannot_be_planned_is_named(office: Office, more: tuple[str, ...], says: str) -> None:
    done = plan(*more)
    assert (done.exit_code, says in done.stderr) == (Exit.FAILED, True), done.stderr


def test_what_is_not_there_and_what_is_no_rate_is_told(office: Office) -> None:
    assert "chancery reprocess list" in chancery("reprocess", "run", "two").stderr
    plan()
    assert "more than 0" in chancery("reprocess", "run", "one", "--rate", "0").stderr
    assert chancery("reprocess", "plan", "two", "--from", "ocr", "--by", " ").exit_code == Exit.USAGE


def test_waiting_ends_when_every_document_has_an_end(office: Office) -> None:
    plan()
    chancery("reprocess", "run", "one", "--no-wait", "--rate", "1000")
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        office.work()

    reprocess_steps.wait(office.doors, manifest.find(office.doors, "one"), sleep)
    assert len(slept) == 1
