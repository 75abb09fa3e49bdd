"""`chancery reconcile`, with memory behind it."""

from __future__ import annotations

import json

import pytest

from processors.adapters.memory import MemoryTopics
from processors.adapters.memory_whole import MemoryCursors, MemoryInboxes, MemoryWhole
from processors.batch.doors import Doors
from processors.commands import reconcile
from processors.commands.exits import Exit
from processors.commands.surroundings import Surroundings
from processors.pipeline import NOTIFICATIONS
from processors.places import Buckets
from processors.record.ledger import Ledger
from tests.unit.commands.conftest import Pipeline, chancery

pytestmark = pytest.mark.usefixtures("stack")


@pytest.fixture
def inboxes(objects: Pipeline) -> MemoryInboxes:
    return MemoryInboxes(objects)


@pytest.fixture
def topics(
    monkeypatch: pytest.MonkeyPatch, objects: Pipeline, inboxes: MemoryInboxes, ledger: Ledger
) -> MemoryTopics:
    made = MemoryTopics()

    def doors(_: Surroundings) -> Doors:
        return Doors(objects, inboxes, MemoryWhole(made), ledger, Buckets(), lambda _: None, MemoryCursors(made))

    monkeypatch.setattr(reconcile, "batch_doors", doors)
    return made


@pytest.fixture(autouse=True)
def uploads(objects: Pipeline, topics: MemoryTopics) -> None:
    """One document that ended, and one of which nobody heard."""
    objects.put("inbox-justice", "result-1.pdf", b"x", "application/pdf")
    objects.put("inbox-justice", "unheard-of.pdf", b"x", "application/pdf")


def test_what_is_missing_is_announced_and_the_exit_code_says_so(topics: MemoryTopics) -> None:
    done = chancery("reconcile", "--grace", "0", "--json")
    assert done.exit_code == Exit.FOUND
    said = json.loads(done.stdout)
    assert (said["inboxes"]["justice"]["known"], said["inboxes"]["justice"]["re_emitted"]) == (1, 1)
    assert len(topics.records[NOTIFICATIONS]) == 1

    again = chancery("reconcile", "--grace", "0")
    assert again.exit_code == Exit.OK
    assert "Nothing is missing" in again.stdout


def test_the_table_names_what_is_wrong_and_what_to_do(inboxes: MemoryInboxes) -> None:
    inboxes.broken["justice"] = ("inbox-justice announces nothing to [bold]x",)
    told = chancery("reconcile", "--grace", "0", "--dry-run").stdout
    assert "announces nothing to [bold]x" in told and "--mend" in told
    assert "1 version missing. Nothing was changed." in told
    mended = chancery("reconcile", "--grace", "0", "--mend").stdout
    assert "was put right" in mended


def test_what_stands_still_is_told_by_stage(objects: Pipeline) -> None:
    objects.put("inbox-justice", "slow-1.pdf", b"x", "application/pdf")
    done = chancery("reconcile", "--grace", "0", "--patience", "0")
    assert done.exit_code == Exit.FOUND
    assert "ocr" in done.stdout and "lost" in done.stdout and "--resume" in done.stdout


def test_an_agency_that_is_not_there_is_told_of() -> None:
    done = chancery("reconcile", "--agency", "nobody")
    assert done.exit_code == Exit.NOT_FOUND
    assert "nobody" in done.stderr
    assert chancery("reconcile", "--agency", "../x").exit_code == Exit.USAGE


def test_a_long_listing_says_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, objects: Pipeline, topics: MemoryTopics
) -> None:
    monkeypatch.setattr(reconcile, "_WORD_EVERY", 2)
    assert "justice: 2 versions so far, 1 missing" in chancery("reconcile", "--grace", "0").stderr
