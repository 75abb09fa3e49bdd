"""The whole DAG `retain`, without and with somebody who answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from processors.batch.retention import deciding, holds
from processors.batch.retention import plan as plans
from processors.batch.retention.errors import RetentionError
from processors.orchestration import doors, retention
from processors.orchestration.operators import NotAnOperatorError
from processors.orchestration.retention import Wanted
from processors.record.facts import utc_now
from processors.runtime.codec import decode
from tests.people import people
from tests.unit.batch.retention.archive import Archive
from tests.unit.dags.conftest import Ran

LONG_AGO = utc_now() - timedelta(days=20_000)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Archive]:
    made = Archive(tmp_path)
    made.vault.clock = utc_now()
    monkeypatch.setattr(doors, "vault_of", lambda _: made.vault)
    yield made
    made.ledger.close()


def told(acts: list[Any]) -> list[tuple[str, str, str]]:
    return [(one.act, one.by, one.outcome) for one in (decode(record.value).data for record in acts)]


def test_where_nothing_is_due_nobody_is_asked(run_dag: Callable[..., Ran], world: Archive, acts: list[Any]) -> None:
    world.kept("young", at=utc_now())
    ran = run_dag("retain")
    assert (ran.state, ran.states["approve"], ran.states["dispose"]) == ("success", "skipped", "skipped")
    assert ran.returned["record"] == {"documents": 0, "disposed": 0, "objects": 0}
    assert plans.names(world.doors) == ()


def test_a_dry_run_only_counts(run_dag: Callable[..., Ran], world: Archive, acts: list[Any]) -> None:
    world.kept("old", at=LONG_AGO)
    ran = run_dag("retain", {"dry_run": True})
    assert ran.returned["plan"]["documents"] == 1
    assert "| alpha | receipt | 1 |" in ran.returned["plan"]["table"]
    assert (ran.state, ran.states["approve"], plans.names(world.doors), acts) == ("success", "skipped", (), [])


def test_without_a_word_nothing_is_deleted(run_dag: Callable[..., Ran], world: Archive, acts: list[Any]) -> None:
    world.kept("old", at=LONG_AGO)
    ran = run_dag("retain", passing_over="approve")
    assert (ran.state, ran.states["decide"], ran.states["lists"]) == ("success", "success", "skipped")
    assert world.vault.removed == []
    (name,) = plans.names(world.doors)
    assert deciding.decision(world.doors, name) is None


def test_an_approved_list_is_disposed_of(
    run_dag: Callable[..., Ran], world: Archive, acts: list[Any], answering: Callable[[str, str, str], None]
) -> None:
    """A person answers as Airflow's page does it, while the run waits."""
    old, held = world.kept("old", at=LONG_AGO), world.kept("held", at=LONG_AGO)
    answering("approve", "Approve", "bea")
    holds.place(world.doors, world.vault, "alpha", held, "case", "Ann", "a suit", utc_now())
    ran = run_dag("retain")
    assert ran.state == "success"
    assert ran.returned["record"]["disposed"] == 1
    assert "| kept: held |" in ran.returned["plan"]["table"]
    assert world.holding("secret old") == []
    assert world.holding("secret held") != []
    assert (old, held) == (old, held)
    assert ("disposal_approved", "bea", "done") in told(acts)
    assert ("document_disposed", "bea", "done") in told(acts)


def test_what_people_who_may_not_approve_is_not_disposed_of(
    run_dag: Callable[..., Ran], world: Archive, acts: list[Any], answering: Callable[..., list[str]]
) -> None:
    """A reviewer, an operator for another agency, and who triggered the run."""
    world.kept("old", at=LONG_AGO)
    asked = answering("approve", "Approve", "ruth", "gil", "dag_test", "al")
    ran = run_dag("retain")
    assert (ran.state, ran.returned["record"]["disposed"]) == ("success", 1)
    assert len(asked) == 4
    for question in asked:
        assert "| alpha | receipt | 1 |" in question
        assert "Operators for alpha may approve this: ada, al, bea, grace." in question
    assert {by for act, by, _ in told(acts) if act.startswith("disposal_app")} == {"al"}


@pytest.mark.parametrize("who", ["*", {"agencies": ["alpha"], "operates": True}])
def test_who_may_not_trigger_it_lists_nothing(
    run_dag: Callable[..., Ran], world: Archive, acts: list[Any], tmp_path: Path, who: object
) -> None:
    people(tmp_path, dag_test=who)
    world.kept("old", at=LONG_AGO)
    ran = run_dag("retain")
    assert (ran.state, ran.states["plan"], plans.names(world.doors)) == ("failed", "failed", ())


def test_an_approval_counts_for_the_list_of_its_run_whatever_is_written_in_its_value(
    run_dag: Callable[..., Ran],
    world: Archive,
    acts: list[Any],
    answering: Callable[..., list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A reviewer leads the value of `plan` to another list, in whose name the person would approve."""
    world.kept("old", at=LONG_AGO)
    plan = retention.plan
    other = plan(opened(world), Wanted(), "other", "ada", utc_now())
    world.kept("older", at=LONG_AGO)
    seen = {"digest": ""}

    def rewritten(*arguments: Any) -> dict[str, Any]:
        return {**other, **seen, "was": plan(*arguments)["name"]}

    monkeypatch.setattr(retention, "plan", rewritten)
    asked = answering("approve", "Approve", "grace")
    ran = run_dag("retain")
    own = ran.returned["plan"]["was"]
    decided = deciding.decision(world.doors, own)
    assert decided is not None
    assert (decided.word, decided.by) == ("approved", "grace")
    assert deciding.decision(world.doors, "other") is None
    assert f"**{own}**: 2 documents." in asked[0]
    assert world.vault.removed == []


def test_who_would_approve_another_list_than_the_value_says_is_left_out(world: Archive) -> None:
    world.kept("old", at=LONG_AGO)
    at, run = opened(world), SimpleNamespace(run_id="r", run_after=utc_now(), triggering_user_name=None)
    with pytest.raises(RetentionError, match="There is no disposal"):
        retention.of_run(at, run)
    name = retention.name_for(run.run_id, run.run_after)
    retention.plan(at, Wanted(), name, "", utc_now())
    assert retention.of_run(at, run).name == name
    with pytest.raises(RetentionError, match="was changed"):
        retention.decide(at, name, "0" * 64, {"word": "approved", "by": "ada", "reason": ""}, utc_now())
    run.triggering_user_name = "ada"
    with pytest.raises(RetentionError, match="asked for by"):
        retention.of_run(at, run)


def test_a_run_that_planned_before_values_named_agencies_asks_about_every_one(
    run_dag: Callable[..., Ran],
    world: Archive,
    acts: list[Any],
    answering: Callable[..., list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world.kept("old", at=LONG_AGO)
    plan = retention.plan

    def before(*arguments: Any) -> dict[str, Any]:
        return {name: value for name, value in plan(*arguments).items() if name != "agencies"}

    monkeypatch.setattr(retention, "plan", before)
    asked = answering("approve", "Approve", "al", "bea")
    ran = run_dag("retain")
    assert (ran.state, ran.returned["record"]["disposed"]) == ("success", 1)
    assert "Operators for every agency may approve this: ada, bea, grace." in asked[0]


def test_what_was_decided_by_command_meanwhile_is_not_asked(
    run_dag: Callable[..., Ran], world: Archive, acts: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody answers here, so a question would never end."""
    world.kept("old", at=LONG_AGO)
    plan = retention.plan

    def planned(at: doors.Opened, *arguments: Any) -> dict[str, Any]:
        found = plan(at, *arguments)
        answer = {"word": "approved", "by": "grace", "reason": "by command"}
        retention.decide(at, found["name"], found["digest"], answer, utc_now())
        return found

    monkeypatch.setattr(retention, "plan", planned)
    ran = run_dag("retain")
    assert (ran.state, ran.returned["record"]["disposed"]) == ("success", 1)
    assert ran.returned["approve"] == {"word": "approved", "by": "grace", "reason": "by command"}


def test_a_value_that_somebody_wrote_in_the_questions_place_approves_nothing(world: Archive) -> None:
    """What is disposed of hangs on the word in the store, which the question itself keeps."""
    world.kept("old", at=LONG_AGO)
    at = opened(world)
    retention.plan(at, Wanted(), "one", "", utc_now())
    assert retention.decided(at, "one") is False
    with pytest.raises(RetentionError, match="not approved"):
        retention.dispose(at, "one", 1)


def test_a_parameter_that_does_not_exist_is_refused(
    run_dag: Callable[..., Ran], world: Archive, acts: list[Any]
) -> None:
    ran = run_dag("retain", {"dry-run": True})
    assert (ran.state, ran.states["plan"]) == ("failed", "failed")
    assert plans.names(world.doors) == ()


# The steps, each as a task that is repeated


def opened(world: Archive) -> doors.Opened:
    from processors import config

    told = {"CHANCERY_HOME": str(world.home), "CHANCERY_CONSOLE_USERS": str(people(world.home))}
    return doors.Opened(config.load(told), world.doors, world)


def test_a_plan_that_is_made_again_is_the_same(world: Archive) -> None:
    world.kept("old", at=LONG_AGO)
    at = opened(world)
    first = retention.plan(at, Wanted(), "one", "", utc_now())
    world.kept("older", at=LONG_AGO)
    assert retention.plan(at, Wanted(), "one", "", utc_now()) == first
    with pytest.raises(RetentionError, match="scheduled"):
        retention.plan(at, Wanted(), "one", "Ann", utc_now())


def test_who_asked_cannot_approve(world: Archive) -> None:
    world.kept("old", at=LONG_AGO)
    at = opened(world)
    digest = retention.plan(at, Wanted(), "one", "Ada", utc_now())["digest"]
    for by, refusal in (("ada", RetentionError), ("ruth", NotAnOperatorError), ("gil", NotAnOperatorError)):
        with pytest.raises(refusal, match=r"another person|no operator|beta alone"):
            retention.decide(at, "one", digest, {"word": "approved", "by": by, "reason": ""}, utc_now())
    retention.decide(at, "one", digest, {"word": "rejected", "by": "ada", "reason": ""}, utc_now())
    assert retention.decided(at, "one") is False
    with pytest.raises(RetentionError, match="rejected"):
        retention.dispose(at, "one", 1)
    assert world.vault.removed == []


def test_one_name_a_run() -> None:
    moment = utc_now()
    assert retention.name_for("a", moment) == retention.name_for("a", moment) != retention.name_for("b", moment)
    assert plans.named(retention.name_for("scheduled__2026", moment))
