"""Which documents are due, and why others are kept."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from processors.batch import frozen_lists
from processors.batch.retention import holds, plan
from processors.batch.retention.due import Looked, Rules, due
from processors.batch.retention.errors import RetentionError
from processors.config import SCHEMAS
from processors.document_types import load
from tests.unit.batch.reprocess.office import DOUBT
from tests.unit.batch.retention.archive import RULES, THEN, Archive
from tests.unit.runtime.shop import NOW


def listed(archive: Archive, rules: Rules = RULES) -> tuple[set[str], dict[str, int]]:
    looked = Looked()
    found = {line.id for line in due(archive.doors, archive.vault, rules, THEN, looked)}
    kept: Counter[str] = Counter()
    for (_, _, why), many in looked.kept.items():
        kept[why] += many
    return found, dict(kept)


def test_what_is_old_enough_for_its_type_is_due(archive: Archive) -> None:
    old = archive.kept("old")
    archive.kept("letter", kind="letter")
    archive.kept("young", at=NOW + timedelta(days=2))
    assert listed(archive) == ({old}, {})


def test_what_nobody_said_how_long_to_keep_is_kept(archive: Archive) -> None:
    archive.kept("note", kind="other")
    untyped = archive.kept("scrap", kind="unknown")
    assert listed(archive) == (set(), {"no_rule": 2})
    rules = Rules.of({}, untyped_days=100)
    assert listed(archive, rules) == ({untyped}, {"no_rule": 1})


def test_the_shipped_types_say_how_long_and_by_which_law() -> None:
    rules = Rules.of(load(SCHEMAS / "documents"))
    assert rules.days
    assert "unknown" not in rules.days
    assert set(rules.basis) == set(rules.days)
    assert all(rules.days.values())
    assert all(rules.basis.values())


def test_a_hold_keeps_it_until_it_is_lifted(archive: Archive) -> None:
    document = archive.kept("a")
    holds.place(archive.doors, archive.vault, "alpha", document, "case-1", "Ann", "a suit", THEN)
    assert listed(archive) == (set(), {"held": 1})
    holds.lift(archive.doors, archive.vault, "alpha", document, "case-1", "Bea", "settled", THEN)
    assert listed(archive) == ({document}, {})


def test_a_lock_keeps_it_until_its_days_have_passed(archive: Archive) -> None:
    document = archive.kept("a")
    archive.lock(document, THEN + timedelta(seconds=1))
    assert listed(archive) == (set(), {"locked": 1})
    archive.lock(document, THEN - timedelta(seconds=1))
    assert listed(archive) == ({document}, {})


def test_a_review_that_waits_and_a_run_without_an_end_keep_it(archive: Archive) -> None:
    archive.kept("asked", values={DOUBT: "x"})
    archive.kept("again")
    archive.plan(release=True)
    from processors.batch.reprocess import emitting, manifest
    from tests.unit.batch.reprocess.office import unhurried

    made = manifest.find(archive.doors, "one")
    for chunk in made.chunks:
        emitting.emit(archive.doors, made, chunk, unhurried())
    archive.work()
    # Both documents have a held end of which nobody has decided.
    assert listed(archive) == (set(), {"unfinished": 2})
    from processors.batch.reprocess import approving

    approving.reject(archive.doors, made, "Ben", "", THEN)
    found, why = listed(archive)
    assert (len(found), why) == (1, {"in_review": 1})


def test_a_reprocessing_that_is_approved_keeps_it_until_all_of_it_is_published(archive: Archive) -> None:
    from processors.batch.reprocess import approving, comparing, emitting, manifest, releasing
    from tests.unit.batch.reprocess.office import unhurried

    document = archive.kept("a")
    archive.plan()
    made = manifest.find(archive.doors, "one")
    (chunk,) = made.chunks
    emitting.emit(archive.doors, made, chunk, unhurried())
    archive.work()
    comparing.compare(archive.doors, made)
    approving.approve(archive.doors, made, "Ben", "", THEN)
    assert listed(archive) == (set(), {"unfinished": 1})
    releasing.release(archive.doors, made, chunk, unhurried())
    assert listed(archive) == ({document}, {})


def test_a_plan_counts_by_agency_and_type_and_is_frozen(archive: Archive) -> None:
    for n in range(3):
        archive.kept(str(n))
    archive.kept("other", agency="beta")
    archive.kept("note", kind="other")
    made = archive.plan_disposal()
    assert made is not None
    assert [(one.agency, one.type, one.documents) for one in made.counts] == [
        ("alpha", "receipt", 3),
        ("beta", "receipt", 1),
    ]
    assert [(one.type, one.kept, one.documents) for one in made.kept] == [("other", "no_rule", 1)]
    assert (made.documents, len(made.chunks)) == (4, 1)
    archive.kept("late")
    assert plan.find(archive.doors, "spring") == made
    assert len(list(plan.lines(archive.doors, made.chunks[0]))) == 4
    with pytest.raises(RetentionError, match="already"):
        archive.plan_disposal()
    assert [key for key in archive.holding("secret") if "disposals" in key] == []


def test_where_nothing_is_due_nothing_is_written(archive: Archive) -> None:
    archive.kept("a", kind="letter")
    before = archive.traces("disposals")
    assert archive.plan_disposal() is None
    assert archive.traces("disposals") == before == []


def test_more_documents_than_a_list_holds_make_several_lists(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frozen_lists, "FEWEST", 2)
    ids = {archive.kept(str(n)) for n in range(5)}
    made = archive.plan_disposal()
    assert made is not None
    assert [one.documents for one in made.chunks] == [2, 2, 1]
    assert {line.id for one in made.chunks for line in plan.lines(archive.doors, one)} == ids


def test_a_list_that_was_changed_is_refused(archive: Archive) -> None:
    archive.kept("a")
    made = archive.plan_disposal()
    assert made is not None
    archive.objects.put("work", made.chunks[0].key, b"{}", "x")
    with pytest.raises(RetentionError, match="changed"):
        list(plan.lines(archive.doors, made.chunks[0]))
