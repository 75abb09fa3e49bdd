"""`chancery quarantine` and `chancery dead-letters`, with memory behind them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from processors.adapters.memory import MemoryTopics
from processors.adapters.memory_whole import MemoryCursors, MemoryInboxes, MemoryWhole
from processors.batch.doors import Doors
from processors.commands import batch_doors
from processors.commands.exits import Exit
from processors.pipeline import RESUBMITTED
from processors.places import Buckets
from processors.record.ledger import Ledger
from processors.runtime.codec import decode
from processors.runtime.identity import document_id
from tests.people import people
from tests.unit.commands.conftest import Pipeline, chancery, operated
from tests.unit.record import makers as m

pytestmark = pytest.mark.usefixtures("stack")


@pytest.fixture
def topics(monkeypatch: pytest.MonkeyPatch, objects: Pipeline, ledger: Ledger) -> MemoryTopics:
    made = MemoryTopics()
    whole, cursors = MemoryWhole(made), MemoryCursors(made)
    doors = Doors(objects, MemoryInboxes(objects), whole, ledger, Buckets(), lambda _: None, cursors)
    monkeypatch.setattr(batch_doors, "batch_doors", lambda _: doors)
    return made


@pytest.fixture(autouse=True)
def ids(objects: Pipeline, topics: MemoryTopics) -> dict[str, str]:
    """Documents by the first word of their names; all in the agency "justice"."""
    found = {}
    for name in ("quarantine-1.pdf", "dead-1.pdf", "dead-2.pdf", "result-1.pdf"):
        ref = objects.put("inbox-justice", name, b"x", "application/pdf")
        assert ref is not None
        found[name.removesuffix(".pdf")] = document_id(ref.bucket, ref.key, ref.version_id)
    return found


def test_quarantine_is_listed_and_filtered(ids: dict[str, str]) -> None:
    (row,) = (json.loads(text) for text in chancery("quarantine", "list", "--json").stdout.splitlines())
    assert (row["id"], row["reason"], row["resubmitted"]) == (ids["quarantine-1"], "encrypted", False)
    assert chancery("quarantine", "list", "--reason", "empty", "--json").stdout == ""
    assert chancery("quarantine", "list", "--agency", "revenue", "--json").stdout == ""
    assert chancery("quarantine", "list", "--since", "2026-11-25", "--json").stdout == ""
    assert "quarantine-1.pdf" in chancery("quarantine", "list", "--since", "2026-11-24").stdout
    assert chancery("quarantine", "list", "--since", "yesterday").exit_code == Exit.USAGE


def test_an_impossibility_is_not_released(ids: dict[str, str], topics: MemoryTopics) -> None:
    done = chancery("quarantine", "release", ids["quarantine-1"][:8], "--by", "Ada")
    assert done.exit_code == Exit.FAILED
    assert "cannot be set aside" in done.stderr and "type_mismatch" in done.stderr
    assert RESUBMITTED not in topics.records


def test_a_rule_is_set_aside_by_a_person_with_a_name(ledger: Ledger, topics: MemoryTopics) -> None:
    ledger.apply(m.event(m.quarantine("misnamed", reason="type_mismatch"), 5, part="misnamed"))
    document = m.document("misnamed").id
    assert chancery("quarantine", "release", document, "--by", " ").exit_code == Exit.USAGE
    done = chancery("quarantine", "release", document, "--by", "Ada", "--json")
    assert done.exit_code == 0
    (record,) = topics.records[RESUBMITTED]
    event = decode(record.value)
    assert (event.data.by, event.data.waived) == ("Ada", ("type_mismatch",))
    assert json.loads(done.stdout)["run"] == event.runid
    ledger.apply(event)
    told = json.loads(chancery("quarantine", "list", "--reason", "type_mismatch", "--json").stdout)
    assert told["resubmitted"] is True


def test_dead_letters_are_told_of(ids: dict[str, str], ledger: Ledger) -> None:
    ledger.apply(m.event(m.dead_letter(None), 0))
    listed = chancery("dead-letters", "list", "--json")
    assert {json.loads(text)["id"] for text in listed.stdout.splitlines()} == {ids["dead-1"], ids["dead-2"]}
    assert "1 record could not be read" in listed.stderr
    told = chancery("dead-letters", "inspect", ids["dead-1"]).stdout
    assert "stage_failed" in told
    assert chancery("dead-letters", "inspect", ids["result-1"]).exit_code == Exit.NOT_FOUND


def test_where_it_is_said_who_operates_others_release_and_replay_nothing(
    ids: dict[str, str], topics: MemoryTopics, ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.apply(m.event(m.quarantine("misnamed", reason="type_mismatch"), 5, part="misnamed"))
    operated(monkeypatch, people(tmp_path))
    for asked in (
        ("quarantine", "release", m.document("misnamed").id),
        ("dead-letters", "replay", ids["dead-1"]),
        ("dead-letters", "replay", "--all"),
    ):
        for by, why in (("ruth", "no operator"), ("gil", "beta alone")):
            done = chancery(*asked, "--by", by)
            assert (done.exit_code, why in done.output) == (Exit.FAILED, True)
    assert topics.records.get(RESUBMITTED, []) == []
    assert chancery("dead-letters", "replay", ids["dead-1"], "--by", "grace").exit_code == 0


def test_one_those_of_a_code_or_all_are_replayed(ids: dict[str, str], topics: MemoryTopics, ledger: Ledger) -> None:
    assert chancery("dead-letters", "replay", "--by", "Ada").exit_code == Exit.USAGE
    assert chancery("dead-letters", "replay", ids["dead-1"], "--all", "--by", "Ada").exit_code == Exit.USAGE
    assert chancery("dead-letters", "replay", ids["dead-1"], "--by", "Ada").exit_code == 0
    (first,) = topics.records[RESUBMITTED]
    ledger.apply(decode(first.value))
    assert "Nothing" in chancery("dead-letters", "replay", "--reason", "event_invalid", "--by", "Ada").stderr
    assert chancery("dead-letters", "replay", "--all", "--by", "Ben").exit_code == 0
    events = [decode(record.value) for record in topics.records[RESUBMITTED]]
    assert [(event.subject, event.data.by) for event in events] == [(ids["dead-1"], "Ada"), (ids["dead-2"], "Ben")]
