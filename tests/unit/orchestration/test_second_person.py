"""Whose word counts: an operator's for the agencies in question, and an approval not of who asked."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.providers.standard.operators.hitl import HITLOperator

from processors import people as people_file
from processors.batch.reprocess.errors import ReprocessError
from processors.batch.retention.errors import RetentionError
from processors.errors import DependencyUnavailable
from processors.orchestration.asking import Approval
from processors.orchestration.commanding import CommandRefusedError
from processors.orchestration.operators import NotAnOperatorError, asked_for
from processors.orchestration.second_person import APPROVE, LEFT_OUT, REJECT, SecondPerson
from tests.people import people


class World:
    """A question about documents of alpha, and what was kept of the answers."""

    def __init__(self, kind: type[SecondPerson] = SecondPerson, agencies: str = '["alpha"]') -> None:
        self.kept: list[dict[str, str]] = []
        self.store: dict[str, Any] = {}
        self.away = False
        self.refusal: Exception | None = None
        self.task = kind(
            task_id="approve",
            subject="?",
            shown=lambda _: "the table",
            agencies=agencies,
            let_count=self._keep,
            kept=self._kept,
        )

    def _keep(self, context: Any, answer: dict[str, str]) -> None:
        if self.away:
            raise DependencyUnavailable("the store does not answer")
        if self.refusal:
            raise self.refusal
        self.kept.append(answer)

    def _kept(self, context: Any) -> dict[str, str] | None:
        if self.away:
            raise DependencyUnavailable("the store does not answer")
        return self.kept[0] if self.kept else None

    def context(self, asked_by: str | None) -> dict[str, Any]:
        store = SimpleNamespace(get=self.store.get, set=self.store.__setitem__)
        return {"dag_run": SimpleNamespace(triggering_user_name=asked_by), "task_state_store": store}

    def left_out(self, option: str, by: str, asked_by: str | None = "ada") -> str:
        """Why the answer was left out; fails where it was not, or the question was not asked again."""
        before = len(self.kept)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(HITLOperator, "execute", lambda *_: "asked again")
            assert self.answered(option, by, asked_by) == "asked again"
        assert len(self.kept) == before
        return str(self.store[LEFT_OUT])

    def answered(self, option: str, by: str, asked_by: str | None = "ada") -> Any:
        event = {
            "chosen_options": [option],
            "params_input": {"reason": "fine"},
            "responded_at": datetime(2026, 11, 26, tzinfo=UTC),
            "responded_by_user": {"id": by, "name": by} if by else None,
        }
        return self.task.execute_complete(self.context(asked_by), event)


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = people(tmp_path)
    monkeypatch.setenv("CHANCERY_CONSOLE_USERS", str(made))
    return made


@pytest.mark.parametrize("by", ["grace", "al"])
def test_another_operator_approves_and_the_word_is_kept(by: str) -> None:
    world = World()
    answer = {"word": "approved", "by": by, "reason": "fine"}
    assert world.answered(APPROVE, by) == answer
    assert world.kept == [answer]


@pytest.mark.parametrize("word", [APPROVE, REJECT])
@pytest.mark.parametrize(
    ("by", "why"),
    [
        ("ruth", "ruth is no operator"),
        ("vic", "vic is no operator"),
        ("nobody", "nobody is no operator"),
        ("", "Nobody is named"),
        ("gil", "gil operates for beta alone, and this is about alpha."),
    ],
)
def test_whose_word_does_not_count_is_told_why_and_it_is_asked_again(word: str, by: str, why: str) -> None:
    assert World().left_out(word, by).startswith(why)


@pytest.mark.parametrize(
    ("kind", "agencies", "asked_by", "named"),
    [
        (SecondPerson, '["alpha"]', "ada", "alpha may approve this: al, dag_test, grace."),
        (SecondPerson, '["alpha", "beta"]', "grace", "alpha, beta may approve this: ada, dag_test."),
        (Approval, "null", None, "every agency may approve this: ada, dag_test, grace."),
        (SecondPerson, "null", None, "every agency may approve this: nobody"),
    ],
)
def test_the_question_says_whose_word_counts(
    kind: type[SecondPerson], agencies: str, asked_by: str | None, named: str
) -> None:
    """From the beginning: Airflow shows a question as it was first asked."""
    world, asked = World(kind, agencies), list[str]()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(HITLOperator, "execute", lambda task, _: asked.append(task.body))
        world.task.execute(world.context(asked_by))
    assert asked[0].startswith("the table\n\nOperators for " + named)


def test_of_many_names_ten_are_told(tmp_path: Path) -> None:
    people(tmp_path, **{f"op{number:02}": {"agencies": "*", "operates": True} for number in range(20)})
    told = World(Approval).task._whose("")
    assert "ada, al, dag_test, grace, op00, op01, op02, op03, op04, op05 and 14 more." in told


@pytest.mark.parametrize("by", ["ada", "ADA", " Ada "])
def test_who_asked_cannot_approve(by: str, tmp_path: Path) -> None:
    """By other letters neither, be it that the file lets those operate."""
    people(tmp_path, **{by: {"agencies": "*", "operates": True}})
    assert "another person" in World().left_out(APPROVE, by)


def test_who_asked_may_reject() -> None:
    assert World().answered(REJECT, "ada")["word"] == "rejected"


def test_what_nobody_asked_for_nobody_approves() -> None:
    for asked_by in (None, ""):
        assert "Nobody is known to have asked" in World().left_out(APPROVE, "grace", asked_by)


@pytest.mark.parametrize("agencies", ["null", "[]", ""])
def test_about_every_agency_only_an_operator_of_every_agency_decides(agencies: str) -> None:
    world = World(agencies=agencies)
    assert world.left_out(APPROVE, "al") == "al operates for alpha alone, and this is about every agency."
    assert world.answered(APPROVE, "grace")["by"] == "grace"


def test_what_a_schedule_asked_for_an_operator_approves_and_nobody_else() -> None:
    world = World(Approval)
    for by in ("ruth", "gil", ""):
        world.left_out(APPROVE, by, None)
    assert world.answered(APPROVE, "al", None)["by"] == "al"


def test_what_a_person_asked_for_they_do_not_approve_themselves() -> None:
    assert "another person" in World(Approval).left_out(APPROVE, "ada", "ada")


def test_a_word_that_cannot_be_kept_is_asked_for_again() -> None:
    world = World()
    world.away = True
    assert "could not be kept" in world.left_out(APPROVE, "grace")
    world.away = False
    assert world.answered(APPROVE, "grace")["by"] == "grace"


@pytest.mark.parametrize("refusal", [ReprocessError, RetentionError, CommandRefusedError])
def test_a_refusal_leaves_the_answer_out_and_fails_nothing(refusal: type[Exception]) -> None:
    world = World()
    world.refusal = refusal("cannot be")
    assert world.left_out(APPROVE, "grace") == "cannot be"


def test_a_word_that_is_kept_already_ends_the_task_unasked() -> None:
    """It was killed after it kept the word."""
    world = World()
    answer = world.answered(APPROVE, "grace")
    assert world.task.execute(world.context("ada")) == answer


def test_of_a_word_that_was_kept_meanwhile_an_answer_makes_no_failure() -> None:
    """Somebody has decided by command while the question was open."""
    world, word = World(), {"word": "rejected", "by": "ada", "reason": ""}
    world.kept.append(word)
    world.refusal = RetentionError("ada has rejected it already")
    assert world.answered(APPROVE, "grace") == word
    assert world.store[LEFT_OUT] == "ada has rejected it already"


def test_the_file_of_people_is_read_once_a_question(monkeypatch: pytest.MonkeyPatch) -> None:
    read, load = list[Path](), people_file.load

    def counted(file: Path) -> dict[str, people_file.Known]:
        read.append(file)
        return load(file)

    monkeypatch.setattr(people_file, "load", counted)
    assert "grace" in World().task._whose("ada")
    assert len(read) == 1


def run(by: str | None, kind: str) -> dict[str, Any]:
    return {"dag_run": SimpleNamespace(triggering_user_name=by, run_type=kind)}


def test_who_triggers_a_run_is_an_operator_or_a_schedule(file: Path) -> None:
    from processors import config

    settings = config.load()
    assert asked_for(settings, run(None, "scheduled"), None) == ""
    assert asked_for(settings, run("ada", "manual"), None) == "ada"
    assert asked_for(settings, run("al", "manual"), ("alpha",)) == "al"
    for by, kind, agencies in (
        ("ruth", "manual", ("alpha",)),
        ("al", "manual", None),
        ("gil", "manual", ("alpha",)),
        (None, "manual", ("alpha",)),
        ("", "asset_triggered", ("alpha",)),
    ):
        with pytest.raises(NotAnOperatorError):
            asked_for(settings, run(by, kind), agencies)
