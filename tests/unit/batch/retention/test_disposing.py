"""What goes, what stays, and what stops it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from processors.batch import resubmission
from processors.batch.resubmission import NotForPeopleError
from processors.batch.retention import deciding, disposing, due, holds, plan
from processors.batch.retention.errors import RetentionError
from processors.places import disposed_key
from processors.ports import Stored
from processors.record.aging import Aging
from processors.record.standing import Filter, Standing
from processors.record.states import State
from processors.runtime.codec import decode
from tests.unit.batch.reprocess.office import DOUBT
from tests.unit.batch.retention.archive import THEN, Archive, Killed


def approved(archive: Archive) -> plan.Plan:
    made = archive.plan_disposal()
    assert made is not None
    archive.approve(made)
    return made


def told(archive: Archive) -> list[tuple[str, str]]:
    return [(one.act, one.outcome) for one in (decode(record.value).data for record in archive.acts)]


def test_everything_that_shows_what_it_said_is_gone_and_what_proves_it_was_here_stays(archive: Archive) -> None:
    gone, other = archive.kept("gone"), archive.kept("other", kind="letter")
    assert len(archive.holding("secret gone")) == 3  # fields, end beside the document, claim of the end
    worked = archive.dispose(approved(archive))
    assert (worked.documents, worked.disposed, worked.kept) == (1, 1, {})
    assert worked.objects == 5
    assert archive.holding("secret gone") == []
    assert archive.traces(gone) == [
        f"work/disposals/documents/alpha/{gone}/begun.json",
        f"work/disposals/documents/alpha/{gone}/done.json",
        f"work/ends/alpha/{gone}/live",
    ]
    assert [one.ref.key for one in archive.objects.versions("inbox-alpha")] == ["other.pdf"]
    assert len(archive.traces(other)) == 5
    record = json.loads(archive.objects.read(_ref(archive, disposed_key("alpha", gone, "begun.json"))))
    assert record["approved_by"] == "Ben"
    assert (record["basis"], record["sha256"], record["disposal"]) == ("a schedule", "0" * 64, "spring")
    assert "gone.pdf" not in json.dumps(record)
    assert told(archive) == [("document_disposed", "begun"), ("document_disposed", "done")]
    assert b"gone.pdf" not in archive.acts[0].value


def test_the_ledger_keeps_its_one_end_and_says_that_it_is_gone(archive: Archive) -> None:
    gone = archive.kept("gone")
    archive.dispose(approved(archive))
    entry = archive.ledger.entries([gone])[gone]
    assert entry.state is State.RESULT
    assert Aging(archive.ledger.engine).disposed([gone])[gone].disposal == "spring"
    assert list(Standing(archive.ledger.engine).ends(Filter())) == []
    assert archive.plan_disposal("summer") is None


def test_nothing_is_deleted_before_a_second_person_has_approved_this_very_list(archive: Archive) -> None:
    archive.kept("a")
    made = archive.plan_disposal()
    assert made is not None
    with pytest.raises(RetentionError, match="nobody has decided"):
        archive.dispose(made)
    with pytest.raises(RetentionError, match="another person"):
        archive.approve(made, by="  ADA ")
    archive.approve(made)
    with pytest.raises(RetentionError, match="not the list"):
        archive.dispose(made.model_copy(update={"documents": 7}))
    with pytest.raises(RetentionError, match="has approved"):
        deciding.decide(archive.doors, made, "rejected", "Cem", "", THEN)
    assert archive.vault.removed == []


def test_a_rejected_list_deletes_nothing(archive: Archive) -> None:
    archive.kept("a")
    made = archive.plan_disposal()
    assert made is not None
    deciding.decide(archive.doors, made, "rejected", "Ada", "not yet", THEN)
    with pytest.raises(RetentionError, match="Ada has rejected"):
        archive.dispose(made)
    with pytest.raises(RetentionError, match="already"):
        archive.approve(made)
    assert archive.vault.removed == []


def test_what_a_scheduled_job_listed_anybody_may_approve(archive: Archive) -> None:
    archive.kept("a")
    made = archive.plan_disposal(by="")
    assert made is not None
    archive.approve(made, by="Ada")
    assert archive.dispose(made).disposed == 1


def test_a_hold_that_is_placed_after_the_approval_keeps_it(archive: Archive) -> None:
    held, free = archive.kept("held"), archive.kept("free")
    made = approved(archive)
    holds.place(archive.doors, archive.vault, "alpha", held, "case", "Ann", "a suit", THEN)
    worked = archive.dispose(made)
    assert (worked.disposed, worked.kept) == (1, {"held": 1})
    assert len(archive.traces(held)) == 6
    assert len(archive.traces(free)) == 3
    assert ("document_disposed", "failed") in told(archive)
    holds.lift(archive.doors, archive.vault, "alpha", held, "case", "Ann", "settled", THEN)
    assert archive.dispose(made).disposed == 2


def test_without_the_look_at_holds_it_would_be_gone(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    held = archive.kept("held")
    made = approved(archive)
    holds.place(archive.doors, archive.vault, "alpha", held, "case", "Ann", "a suit", THEN)
    archive.vault.holds.clear()
    monkeypatch.setattr(disposing, "guarded", lambda *_: None)
    assert archive.dispose(made).disposed == 1


def test_the_store_keeps_a_held_original_though_nobody_looks(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = archive.kept("held")
    made = approved(archive)
    holds.place(archive.doors, archive.vault, "alpha", held, "case", "Ann", "a suit", THEN)
    monkeypatch.setattr(disposing, "guarded", lambda *_: None)
    assert archive.dispose(made).kept == {"locked": 1}
    assert archive.vault.removed == []


def test_a_hold_that_comes_between_the_looks_stops_it(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    held = archive.kept("held")
    made = approved(archive)
    begin = disposing._begin

    def meanwhile(*args: object) -> None:
        placed = holds.place(archive.doors, archive.vault, "alpha", held, "case", "Ann", "a suit", THEN)
        assert not placed.too_late
        begin(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(disposing, "_begin", meanwhile)
    assert archive.dispose(made).kept == {"held": 1}
    assert archive.vault.removed == []


def test_a_hold_that_comes_after_it_has_begun_says_so(archive: Archive) -> None:
    gone = archive.kept("gone")
    archive.dispose(approved(archive))
    placed = holds.place(archive.doors, archive.vault, "alpha", gone, "case", "Ann", "a suit", THEN)
    assert placed.too_late
    assert placed.originals == 0


def test_a_lock_that_was_made_longer_keeps_it(archive: Archive) -> None:
    document = archive.kept("a")
    made = approved(archive)
    archive.lock(document, THEN + timedelta(days=1))
    assert archive.dispose(made).kept == {"locked": 1}
    assert archive.vault.removed == []


def test_what_has_another_end_by_then_is_kept(archive: Archive) -> None:
    from processors.batch.reprocess import approving, comparing, emitting, manifest, releasing
    from tests.unit.batch.reprocess.office import unhurried

    archive.kept("a")
    made = approved(archive)
    run = archive.plan()
    for chunk in run.chunks:
        emitting.emit(archive.doors, run, chunk, unhurried())
    archive.work()
    comparing.compare(archive.doors, run)
    approving.approve(archive.doors, run, "Ben", "", THEN)
    for chunk in manifest.find(archive.doors, "one").chunks:
        releasing.release(archive.doors, run, chunk, unhurried())
    archive.record()
    assert archive.dispose(made).kept == {"changed": 1}
    assert archive.vault.removed == []


def test_what_works_again_after_it_was_begun_is_kept(archive: Archive) -> None:
    """A lock stopped it, and before it ran out somebody had the document worked on again."""
    document = archive.kept("a")
    made = approved(archive)
    archive.vault.clock = THEN - timedelta(days=1)
    archive.lock(document, THEN - timedelta(hours=1))
    assert archive.dispose(made).kept == {"locked": 1}
    archive.vault.clock = THEN
    archive.ended("a", {DOUBT: "x"}, version=_version(archive), at=THEN, run="again-1")
    assert archive.dispose(made).kept == {"changed": 1}
    assert archive.vault.removed == []


def test_what_somebody_asked_for_and_the_ledger_has_not_heard_of_is_kept(archive: Archive) -> None:
    """Its run would store what the document says once more, after all was deleted."""
    document = archive.kept("a")
    made = approved(archive)
    archive.objects.put("work", f"resubmissions/alpha/{document}/again-1", b"{}", "application/json")
    assert archive.dispose(made).kept == {"unfinished": 1}
    assert archive.vault.removed == []
    archive.objects.put("work", f"ends/alpha/{document}/again-1", b"{}", "application/json")
    assert archive.dispose(made).disposed == 1


def test_who_was_shown_another_list_approves_nothing(archive: Archive) -> None:
    archive.kept("a")
    made = archive.plan_disposal()
    assert made is not None
    changed = made.model_copy(update={"documents": 7})
    with pytest.raises(RetentionError, match="was shown"):
        deciding.decide(archive.doors, changed, "approved", "Ben", "", THEN, seen=made.digest)
    assert deciding.decision(archive.doors, made.name) is None
    deciding.decide(archive.doors, made, "approved", "Ben", "", THEN, seen=made.digest)


def test_a_hold_on_an_original_that_goes_at_that_moment_says_that_it_is_too_late(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = archive.kept("gone")
    made = approved(archive)
    hold = archive.vault.hold

    def meanwhile(one: Stored, *, on: bool) -> bool:
        if not archive.vault.removed:
            _disposed_without_a_look(archive, made, monkeypatch)
        return hold(one, on=on)

    monkeypatch.setattr(archive.vault, "hold", meanwhile)
    placed = holds.place(archive.doors, archive.vault, "alpha", gone, "case", "Ann", "a suit", THEN)
    assert (placed.originals, placed.too_late) == (0, True)


@pytest.mark.parametrize("dies_at", range(5))
def test_killed_anywhere_it_goes_on(archive: Archive, dies_at: int) -> None:
    gone = archive.kept("gone")
    made = approved(archive)
    archive.vault.dies_at = dies_at
    with pytest.raises(Killed):
        archive.dispose(made)
    assert Aging(archive.ledger.engine).disposed([gone]) == {}
    archive.vault.dies_at = -1
    assert archive.dispose(made).disposed == 1
    assert archive.holding("secret gone") == []
    assert len(archive.traces(gone)) == 3
    assert archive.dispose(made).disposed == 1  # and once more changes nothing


def test_killed_before_the_ledger_was_told_it_is_told(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = archive.kept("gone")
    made = approved(archive)

    def dies(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(Aging, "note", dies)
        archive.dispose(made)
    assert archive.dispose(made).disposed == 1
    assert gone in Aging(archive.ledger.engine).disposed([gone])


def test_killed_in_the_middle_a_hold_keeps_what_is_left(archive: Archive) -> None:
    gone = archive.kept("gone")
    made = approved(archive)
    archive.vault.dies_at = 2
    with pytest.raises(Killed):
        archive.dispose(made)
    archive.vault.dies_at = -1
    assert holds.place(archive.doors, archive.vault, "alpha", gone, "case", "Ann", "a suit", THEN).too_late
    assert archive.dispose(made).kept == {"held": 1}
    assert len(archive.vault.removed) == 2


def test_a_report_that_shows_its_values_goes_with_it(archive: Archive) -> None:
    from processors.batch.reprocess import approving, comparing, emitting
    from tests.unit.batch.reprocess.office import unhurried

    archive.rereads = lambda _, values: {"shop": f"new {values['shop']}"}
    archive.kept("a")
    run = archive.plan()
    for chunk in run.chunks:
        emitting.emit(archive.doors, run, chunk, unhurried())
    archive.work()
    comparing.compare(archive.doors, run)
    approving.reject(archive.doors, run, "Ben", "", THEN)
    reports = [key for key in archive.holding("secret a") if "/reprocessings/" in key]
    assert len(reports) == 2
    # One that shows nothing of it stays.
    archive.objects.put("documents", "alpha/reprocessings/re-two/report.json", b'{"examples": []}', "x")
    archive.dispose(approved(archive))
    assert archive.holding("secret a") == []
    left = [key for key in archive._keys() if key.startswith("documents/alpha/reprocessings/")]
    assert left == ["documents/alpha/reprocessings/re-two/report.json"]


def test_an_attachment_has_a_time_of_its_own(archive: Archive) -> None:
    outer = archive.kept("mail")
    archive.objects.put("documents", f"alpha/{outer}/enclosed/00001-abc", b"inside", "x")
    archive.dispose(approved(archive))
    assert f"documents/alpha/{outer}/enclosed/00001-abc" in archive.traces(outer)


def test_a_hold_on_what_encloses_it_keeps_an_attachment(archive: Archive) -> None:
    outer, inner = archive.kept("mail", kind="letter"), archive.kept("inner")
    from processors.record.tables import documents

    with archive.ledger.engine.begin() as connection:
        connection.execute(documents.update().where(documents.c.id == inner).values(parent=outer))
    holds.place(archive.doors, archive.vault, "alpha", outer, "case", "Ann", "a suit", THEN)
    assert due.guarded(archive.doors, archive.vault, "alpha", inner, THEN) is due.Kept.HELD


def test_a_ledger_that_was_built_anew_does_not_find_it_lost(archive: Archive) -> None:
    """Also where the upload is still there: a copy of the inbox was restored."""
    gone = archive.kept("gone")
    archive.objects.put("work", f"claims/alpha/{gone}", b"intake.notifications/0/0", "text/plain")
    made = approved(archive)
    (upload,) = archive.objects.versions("inbox-alpha")
    archive.dispose(made)
    archive.objects._versions["inbox-alpha", "gone.pdf"] = _again(upload)
    archive.forget_ledger()
    report = archive.compare(resume=True)
    assert report.inboxes["alpha"].missing == 0
    assert report.still == []
    # Without the claim of its end it would be brought before the door, and become a document again.
    archive.objects.delete("work", f"ends/alpha/{gone}/live")
    assert [one.resumed for one in archive.compare(resume=True).still] == [True]


def test_what_was_disposed_of_is_not_worked_on_again(archive: Archive) -> None:
    gone = archive.kept("gone")
    archive.dispose(approved(archive))
    entry = archive.ledger.entries([gone])[gone]
    with pytest.raises(NotForPeopleError, match="disposed of"):
        resubmission._ask(archive.doors, entry, "Ann", (), THEN)


def _disposed_without_a_look(archive: Archive, made: plan.Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if it had looked a moment before the hold was written."""
    with monkeypatch.context() as patched:
        patched.setattr(disposing, "guarded", lambda *_: None)
        assert archive.dispose(made).disposed == 1


def _version(archive: Archive) -> str:
    (upload,) = archive.objects.versions("inbox-alpha")
    return upload.ref.version_id


def _ref(archive: Archive, key: str) -> Any:
    there = archive.objects.info("work", key)
    assert there is not None
    return there.ref


def _again(upload: Any) -> list[Any]:
    from processors.adapters.memory import _Version

    return [_Version(upload.ref, b"%PDF", {}, upload.modified)]
