"""The steps of the DAG `reprocess` on an office in memory: each may be repeated, none lets the wrong through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from processors import config
from processors.acts import Act
from processors.batch.reprocess import manifest
from processors.batch.reprocess.errors import ReprocessError
from processors.forge.datasets.dataset_store import Datasets
from processors.forge.registry.registry import Registry
from processors.orchestration import reprocess as steps
from processors.orchestration import reprocess_question as question
from processors.orchestration import versions
from processors.orchestration.doors import Opened
from processors.orchestration.operators import NotAnOperatorError
from processors.runtime.codec import decode
from tests.people import people
from tests.unit.batch.reprocess.office import LATER, Office
from tests.unit.forge.made_store import gathered, publish, registered
from tests.unit.orchestration.test_outcomes import Acts

FORM = {"name": "one", "rate": 1000.0}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    for number in range(3):
        made.ended(f"paper-{number}", {"total": f"{number}.00"})
    yield made
    made.ledger.close()


@pytest.fixture
def at(office: Office) -> Opened:
    told = {"HOME": str(office.home / "home"), "AGENCIES": "alpha", "CONSOLE_USERS": str(people(office.home))}
    settings = config.load({f"CHANCERY_{name}": value for name, value in told.items()})
    office.objects.put("inbox-alpha", "unseen.pdf", b"x", "application/pdf")
    return Opened(settings, office.doors, Acts())


def acts(at: Opened) -> list[tuple[str, str, str]]:
    told = [decode(record.value).data for record in at.acts]  # type: ignore[attr-defined]
    return [(one.act, one.by, one.outcome) for one in told]


def asked(at: Opened, **form: Any) -> steps.Request:
    return steps.check(at, {**FORM, **form}, "manual__1", "ada", LATER)


def finished(at: Opened, office: Office) -> steps.Request:
    """A reprocessing that is ready to be decided about."""
    request = asked(at)
    for chunk in steps.freeze(at, request, "ada"):
        steps.emit(at, "one", chunk["number"], request.rate)
    office.work()
    steps.compare(at, "one")
    return request


def test_the_whole_way_publishes_each_document_once_and_each_step_may_be_repeated(
    at: Opened, office: Office
) -> None:
    office.rereads = lambda _, values: {**values, "total": "9.00"}
    request = asked(at, why=" because ")
    assert (request.documents, request.wish.by, request.wish.reason, request.wish.release) == (
        3,
        "ada",
        "because",
        True,
    )
    lists = steps.freeze(at, request, "ada")
    assert lists == steps.freeze(at, request, "ada") == [{"number": 1, "label": "list 1 of 1: 3 documents"}]
    for _ in range(2):
        assert steps.emit(at, "one", 1, request.rate) == {"documents": 3, "left_out": 0}
    office.work()
    compared = steps.compare(at, "one")
    assert (compared["documents"], compared["differ"]) == (3, 3)
    assert "| alpha | receipt | `total` | 0 | 3 | 0 | 0 | 0 | 0 |" in compared["table"]
    assert "asked by ada: 3 documents, 3 differ" in compared["table"]
    made = manifest.find(at.doors, "one")
    assert (question.shown(at, made), question.kept(at, made)) == (compared["table"], None)
    assert compared["pages"][0] == "work/reprocessings/re-one/report.html"
    answer = {"word": "approved", "by": "grace", "reason": "fine"}
    for _ in range(2):
        steps.decide(at, "one", compared["digest"], answer, LATER)
        assert steps.decided(at, "one") == [{"number": 1, "label": "list 1 of 1"}]
        assert question.kept(at, made) == answer
    for _ in range(2):
        assert steps.release(at, "one", 1, request.rate) == {"published": 3, "left_out": 0}
    before = {event.subject: event.id for event in office.results() if event.runid != "re-one"}
    after = [event for event in office.results() if event.runid == "re-one"]
    assert sorted((event.subject, event.data.supersedes) for event in after) == sorted(before.items())
    assert steps.summary(at, request, 3) == {
        "documents": 3, "left_out": 0, "ended": 3, "published": 3, "rejected": 0,
    }  # fmt: skip
    assert {one for one in acts(at) if one[2] == "done"} == {
        (Act.REPROCESSING_REQUESTED.value, "ada", "done"),
        (Act.REPROCESSING_APPROVED.value, "grace", "done"),
    }


def test_who_asked_cannot_approve_and_nothing_is_published(at: Opened, office: Office) -> None:
    finished(at, office)
    with pytest.raises(ReprocessError, match="another person must approve"):
        steps.decide(at, "one", "", {"word": "approved", "by": "ada"}, LATER)
    with pytest.raises(ReprocessError, match="Nobody has approved"):
        steps.release(at, "one", 1, 1000.0)
    with pytest.raises(ReprocessError, match="Nobody has decided"):
        steps.decided(at, "one")
    assert acts(at)[-1] == (Act.REPROCESSING_APPROVED.value, "ada", "failed")
    assert [event for event in office.results() if event.runid == "re-one"] == []


def test_a_question_is_about_the_reprocessing_of_its_run_and_no_other(at: Opened) -> None:
    """By the run as Airflow knows it: who triggered it, when, and with which form."""
    steps.freeze(at, asked(at), "ada")

    def run(by: str = "ada", after: datetime = LATER) -> Any:
        return SimpleNamespace(run_id="manual__1", triggering_user_name=by, run_after=after)

    assert question.of_run(at, FORM, run()).wish.name == "one"
    for other in (run(by="grace"), run(after=LATER + timedelta(seconds=1))):
        with pytest.raises(ReprocessError, match="not asked for by this run"):
            question.of_run(at, FORM, other)
    for form in ({"rate": 1.0}, {"name": "two"}):
        with pytest.raises(ReprocessError, match="There is no reprocessing"):
            question.of_run(at, form, run())


def test_before_anybody_has_compared_nobody_is_shown_anything(at: Opened) -> None:
    steps.freeze(at, asked(at), "ada")
    with pytest.raises(ReprocessError, match="Nobody has compared one"):
        question.shown(at, manifest.find(at.doors, "one"))


def test_who_may_not_has_nothing_looked_up(at: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = list[object]()
    monkeypatch.setattr(versions, "at_work", lambda *_: looked.append(1))
    with pytest.raises(NotAnOperatorError):
        steps.check(at, {**FORM, "agencies": ["gone"]}, "manual__1", "ruth", LATER)
    assert looked == []


def test_while_a_candidate_is_on_trial_nothing_is_approved(at: Opened, office: Office) -> None:
    """It was put on trial after the run was asked for."""
    finished(at, office)
    trying = replace(at, settings=replace(at.settings, candidates=(("classifier", 1),)))
    with pytest.raises(ReprocessError, match="classifier@1 is on trial"):
        steps.decide(trying, "one", "", {"word": "approved", "by": "grace", "reason": ""}, LATER)
    with pytest.raises(ReprocessError, match="Nobody has decided"):
        steps.decided(at, "one")
    steps.decide(trying, "one", "", {"word": "rejected", "by": "grace", "reason": ""}, LATER)


@pytest.mark.parametrize("word", ["approved", "rejected"])
@pytest.mark.parametrize(("by", "why"), [("ruth", "no operator"), ("gil", "beta alone"), ("al", "every agency")])
def test_whose_word_does_not_count_has_none_whatever_let_it_through(
    at: Opened, office: Office, word: str, by: str, why: str
) -> None:
    """Behind the task that asks: by what lies in the store, which names no agency."""
    finished(at, office)
    with pytest.raises(NotAnOperatorError, match=why):
        steps.decide(at, "one", "", {"word": word, "by": by, "reason": ""}, LATER)
    with pytest.raises(ReprocessError, match="Nobody has decided"):
        steps.decided(at, "one")
    assert acts(at)[-1][2] == "failed"


@pytest.mark.parametrize(
    ("by", "agencies", "why"),
    [("ruth", ["alpha"], "no operator"), ("gil", ["alpha"], "beta alone"), ("al", [], "every agency")],
)
def test_who_may_not_ask_asks_for_nothing(at: Opened, by: str, agencies: list[str], why: str) -> None:
    with pytest.raises(NotAnOperatorError, match=why):
        steps.check(at, {**FORM, "agencies": agencies}, "manual__1", by, LATER)
    request = asked(at, agencies=agencies)
    claimed = request.model_copy(update={"wish": request.wish.model_copy(update={"by": by})})
    with pytest.raises(NotAnOperatorError, match=why):
        steps.freeze(at, claimed, by)
    with pytest.raises(ReprocessError, match="ada is said to have asked for this"):
        steps.freeze(at, request, by)
    assert manifest.names(at.doors) == ()


def test_an_operator_of_an_agency_asks_for_its_documents(at: Opened) -> None:
    assert steps.check(at, {**FORM, "agencies": ["alpha"]}, "manual__1", "al", LATER).documents == 3


def test_a_rejection_leaves_no_list_to_publish(at: Opened, office: Office) -> None:
    request = finished(at, office)
    steps.decide(at, "one", "", {"word": "rejected", "by": "ada", "reason": "wrong"}, LATER)
    assert steps.decided(at, "one") == []
    assert steps.summary(at, request, 0)["rejected"] == 1
    with pytest.raises(ReprocessError, match="Nobody has approved"):
        steps.release(at, "one", 1, 1000.0)


def test_a_dry_run_counts_and_writes_nothing(at: Opened) -> None:
    request = asked(at, dry_run=True, types=["receipt"])
    assert (request.documents, request.dry_run) == (3, True)
    assert manifest.names(at.doors) == ()
    assert steps.summary(at, request, 0) == {"documents": 3, "published": 0}


def test_the_name_of_another_reprocessing_is_taken(at: Opened) -> None:
    steps.freeze(at, asked(at), "ada")
    later = steps.check(at, FORM, "manual__2", "ada", LATER + timedelta(hours=1))
    with pytest.raises(ReprocessError, match="There is a reprocessing 'one' already"):
        steps.freeze(at, later, "ada")


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"agencies": ["gone"]}, "no agency 'gone'"),
        ({"types": ["gone"]}, "no document type 'gone'"),
        ({"states": ["gone"]}, "no end 'gone'"),
        ({"reasons": ["gone"]}, "no reason 'gone'"),
        ({"stage": "intake"}, "Nothing begins at 'intake'"),
        ({"since": "2026-02-30"}, "is no date"),
        ({"since": "2026-11-02", "until": "2026-11-01"}, "Nothing lies between"),
        ({"name": "No!"}, "cannot be a reprocessing's name"),
        ({"expect": ["classifier@99"]}, "classifier@99 is not at work, classifier@shipped is"),
        ({"expect": ["gone@1"]}, "There is no 'gone@1'"),
        ({"expect": ["classifier"]}, "There is no 'classifier'"),
        ({"release": True}, "no such field"),
    ],
)
def test_what_is_asked_for_is_looked_at_again(at: Opened, form: dict[str, Any], told: str) -> None:
    with pytest.raises(ReprocessError) as caught:
        asked(at, **form)
    assert told in str(caught.value)


def test_what_is_expected_and_at_work_passes(at: Opened) -> None:
    known = versions.at_work(at.settings, at.doors.objects)
    assert known["classifier"] == versions.SHIPPED
    assert asked(at, expect=versions.words(known)).documents == 3


def test_with_a_candidate_on_trial_a_run_can_only_be_compared(at: Opened, tmp_path: Path) -> None:
    """A registered model that nobody has promoted."""
    datasets = Datasets(at.doors.objects, at.doors.buckets)
    made = publish(datasets, gathered(tmp_path / "documents", 3))
    registered(Registry(at.doors.objects, at.doors.buckets), datasets, made, tmp_path, 1)
    trying = replace(at, settings=replace(at.settings, candidates=(("classifier", 1),)))
    with pytest.raises(ReprocessError, match="classifier@1 is on trial"):
        steps.check(trying, FORM, "manual__1", "ada", LATER)
    wanted = {**FORM, "compare_only": True, "expect": ["classifier@1"]}
    assert steps.check(trying, wanted, "manual__1", "ada", LATER).wish.release is False
    with pytest.raises(ReprocessError, match="classifier@1 is not at work, classifier@shipped is"):
        steps.check(at, wanted, "manual__1", "ada", LATER)


def test_nobody_is_not_a_person(at: Opened) -> None:
    for by in (None, ""):
        with pytest.raises(ReprocessError, match="Nobody is named"):
            steps.check(at, FORM, "manual__1", by, LATER)


def test_lists_that_go_out_side_by_side_share_the_rate(at: Opened) -> None:
    made = manifest.freeze(at.doors, asked(at).wish)
    assert steps._pace(made, 50.0).at_once == 50
    two = made.model_copy(update={"chunks": made.chunks * 2})
    assert steps._pace(two, 50.0).at_once == 25
    assert steps._pace(made.model_copy(update={"chunks": made.chunks * 40}), 50.0).at_once == 25, "two at a time"
