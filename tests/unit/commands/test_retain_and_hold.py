"""`chancery retain`, `chancery hold` and `chancery report`, with memory behind them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from processors import config
from processors.commands import batch_doors, surroundings
from processors.commands.exits import Exit
from processors.commands.surroundings import Surroundings
from processors.record.facts import utc_now
from processors.runtime.codec import decode
from tests.people import people
from tests.unit.batch.retention.archive import Archive
from tests.unit.commands.conftest import KeptActs, chancery, operated

LONG_AGO = utc_now() - timedelta(days=20_000)


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, acts: KeptActs) -> Iterator[Archive]:
    made = Archive(tmp_path)
    made.vault.clock = utc_now()
    settings = config.load({"CHANCERY_HOME": str(tmp_path / "home")})

    @contextmanager
    def around() -> Iterator[Surroundings]:
        yield Surroundings(settings, made.objects, made.ledger, local=True, acts=acts)

    monkeypatch.setattr(surroundings, "around", around)
    monkeypatch.setattr(batch_doors, "batch_doors", lambda _: made.doors)
    monkeypatch.setattr(batch_doors, "vault", lambda _: made.vault)
    yield made
    made.ledger.close()


def told(acts: KeptActs) -> list[tuple[str, str, str]]:
    return [(one.act, one.by, one.outcome) for one in (decode(record.value).data for record in acts)]


def test_the_whole_way_of_a_disposal(archive: Archive, acts: KeptActs) -> None:
    archive.kept("gone", at=LONG_AGO)
    counted = chancery("retain", "plan", "spring", "--by", "Ann", "--dry-run", "--json")
    assert json.loads(counted.stdout)["documents"] == 1
    assert acts == []
    planned = chancery("retain", "plan", "spring", "--by", "Ann")
    assert "1 document, asked for by Ann" in planned.stdout
    early = chancery("retain", "dispose", "spring")
    assert (early.exit_code, "not approved" in early.stderr) == (Exit.FAILED, True)
    own = chancery("retain", "approve", "spring", "--by", "ann")
    assert (own.exit_code, "another person" in own.stderr) == (Exit.FAILED, True)
    assert chancery("retain", "approve", "spring", "--by", "Bea").exit_code == 0
    shown = json.loads(chancery("retain", "show", "spring", "--json").stdout)
    assert (shown["decision"]["word"], shown["decision"]["plan"]) == ("approved", shown["digest"])
    done = json.loads(chancery("retain", "dispose", "spring", "--json").stdout)
    assert (done["disposed"], done["kept"]) == (1, {})
    assert archive.holding("secret") == []
    (row,) = map(json.loads, chancery("retain", "list", "--json").stdout.splitlines())
    assert (row["name"], row["decision"]["by"]) == ("spring", "Bea")
    assert told(acts) == [
        ("disposal_requested", "Ann", "begun"),
        ("disposal_requested", "Ann", "done"),
        ("disposal_approved", "ann", "begun"),
        ("disposal_approved", "ann", "failed"),
        ("disposal_approved", "Bea", "begun"),
        ("disposal_approved", "Bea", "done"),
        ("document_disposed", "Bea", "begun"),
        ("document_disposed", "Bea", "done"),
    ]


def test_a_document_that_is_gone_says_so(archive: Archive) -> None:
    gone = archive.kept("gone", at=LONG_AGO)
    assert json.loads(chancery("show", gone, "--json").stdout)["disposed"] is None
    chancery("retain", "plan", "spring", "--by", "Ann")
    chancery("retain", "approve", "spring", "--by", "Bea")
    chancery("retain", "dispose", "spring")
    shown = chancery("show", gone)
    assert "(spring): its files are gone" in shown.stdout
    assert "artefacts" not in shown.stdout
    assert json.loads(chancery("show", gone, "--json").stdout)["disposed"]["disposal"] == "spring"


def test_a_rejected_disposal_is_told(archive: Archive) -> None:
    archive.kept("a", at=LONG_AGO)
    chancery("retain", "plan", "spring", "--by", "Ann")
    assert "nothing of it is deleted" in chancery("retain", "reject", "spring", "--by", "Ann").stdout
    assert chancery("retain", "dispose", "spring").exit_code == Exit.FAILED
    assert "rejected by Ann" in chancery("retain", "list").stdout


def test_where_it_is_said_who_operates_others_dispose_of_nothing(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = archive.kept("a", at=LONG_AGO)
    operated(monkeypatch, people(tmp_path))
    for by, why in (("ruth", "no operator"), ("al", "every agency")):
        done = chancery("retain", "plan", "spring", "--by", by)
        assert (done.exit_code, why in done.output) == (Exit.FAILED, True)
    assert chancery("retain", "plan", "spring", "--by", "ada").exit_code == 0
    hold = ("hold", "place", document, "--name", "case", "--why", "a suit")
    for asked in (("retain", "approve", "spring"), ("retain", "reject", "spring"), hold):
        for by, why in (("ruth", "no operator"), ("gil", "beta alone")):
            done = chancery(*asked, "--by", by)
            assert (done.exit_code, why in done.output) == (Exit.FAILED, True)
    assert chancery("retain", "approve", "spring", "--by", "al").exit_code == 0


def test_where_nothing_is_due_it_says_so(archive: Archive) -> None:
    archive.kept("young", at=utc_now())
    assert "nothing was written" in chancery("retain", "plan", "spring", "--by", "Ann").stdout
    assert chancery("retain", "show", "spring").exit_code == Exit.FAILED


def test_a_hold_is_placed_listed_and_lifted(archive: Archive, acts: KeptActs) -> None:
    document = archive.kept("a", at=LONG_AGO)
    bare = chancery("hold", "place", document[:12], "--name", "case-1", "--by", "Ann", "--why", " ")
    assert (bare.exit_code, "Say why" in bare.stderr) == (Exit.FAILED, True)
    placed = chancery("hold", "place", document[:12], "--name", "case-1", "--by", "Ann", "--why", "a suit")
    assert "1 original in the store" in placed.stdout
    (row,) = map(json.loads, chancery("hold", "list", "--json").stdout.splitlines())
    assert (row["document"], row["placed"]["reason"], row["lifted"]) == (document, "a suit", None)
    counted = json.loads(chancery("retain", "plan", "x", "--by", "Ann", "--dry-run", "--json").stdout)
    assert (counted["documents"], counted["kept"][0]["kept"]) == (0, "held")
    lifted = chancery("hold", "lift", document, "--name", "case-1", "--by", "Bea", "--why", "settled")
    assert "nothing holds it any more" in lifted.stdout
    assert chancery("hold", "list").stdout.strip() == "None."
    assert "Bea" in chancery("hold", "list", "--lifted").stdout
    again = chancery("hold", "place", document, "--name", "case-1", "--by", "Ann", "--why", "again")
    assert (again.exit_code, "another name" in again.stderr) == (Exit.FAILED, True)
    unknown = chancery("hold", "lift", document, "--name", "case-9", "--by", "Bea", "--why", "settled")
    assert (unknown.exit_code, "no hold" in unknown.stderr) == (Exit.FAILED, True)
    assert ("hold_placed", "Ann", "done") in told(acts)
    assert ("hold_lifted", "Bea", "done") in told(acts)


def test_a_day_is_reported(archive: Archive) -> None:
    archive.objects.put("inbox-alpha", "x", b"", "x")
    archive.kept("a", at=utc_now() - timedelta(days=1))
    reported = json.loads(chancery("report", "--json").stdout)
    assert reported["all"]["ended"] == 1
    assert set(reported["pages"]) == {"", "alpha"}
    shown = chancery("report", "--day", reported["day"])
    assert "all agencies: work/reports/" in shown.stdout
    assert "secret" not in shown.stdout
    wrong = chancery("report", "--day", "yesterday")
    assert (wrong.exit_code, "2026-11-24" in wrong.stderr) == (Exit.USAGE, True)
    assert chancery("report", "--day", "2999-01-01").exit_code == Exit.USAGE
