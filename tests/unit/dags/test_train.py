"""The whole DAG `train`; in place of `chancery forge` stands what it would answer."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk import RetryAction

from processors.local.birth import birth
from processors.orchestration import commanding, training
from processors.orchestration.commanding import CommandFailedError, CommandRefusedError
from processors.orchestration.dag_settings import dag_settings
from processors.record.facts import utc_now
from tests.people import people
from tests.unit.dags.conftest import Ran
from tests.waiting import until


class Forge:
    """Answers as the commands do, and keeps what it was asked."""

    def __init__(self, *, passes: bool = True) -> None:
        self.passes = passes
        #: what the registry says of the candidate, and the log of promotions
        self.registered: dict[str, Any] = {"kind": "reader", "by": "dag_test", "registered": "2099-01-01T00:00:00Z"}
        self.entries: list[dict[str, Any]] = []
        self.asked: list[tuple[str, ...]] = []

    def __call__(self, *arguments: str) -> dict[str, Any]:
        self.asked.append(arguments)
        gate = [{"name": "documents", "ok": self.passes, "found": "40", "wanted": "at least 30"}]
        answers: dict[str, dict[str, Any]] = {
            "train": {"model": "reader@3"},
            "evaluate": {"gate": gate, "report": "evaluations/reader/3/000001.html"},
            "promote": {},
            "approve": {},
            "show": self.registered,
            "log": {"entries": self.entries},
        }
        return answers[arguments[1]]

    @property
    def steps(self) -> list[str]:
        return [arguments[1] for arguments in self.changing]

    @property
    def changing(self) -> list[tuple[str, ...]]:
        """What was asked that is no mere look."""
        return [arguments for arguments in self.asked if arguments[1] not in ("show", "log")]


@pytest.fixture
def forge(monkeypatch: pytest.MonkeyPatch) -> Forge:
    made = Forge()
    monkeypatch.setattr(training, "told", made)
    return made


def test_a_model_is_trained_judged_and_put_to_work_by_another_person(
    run_dag: Callable[..., Ran], forge: Forge, answering: Callable[[str, str, str], None]
) -> None:
    answering("approve", "Approve", "bea")
    ran = run_dag("train", {"dataset": "permits", "types": ["receipt"], "base": "reader@2"})
    assert (ran.state, ran.returned["summary"]) == ("success", {"passed": True, "promoted": True})
    assert forge.steps == ["train", "evaluate", "promote", "approve"]
    trained = forge.asked[0]
    assert trained[2:10] == ("reader", "--dataset", "permits", "--seed", "0", "--register", "dag_test", "--base")
    assert forge.changing[3] == ("forge", "approve", "reader@3", "--by", "bea")


def test_a_rejected_model_is_not_put_to_work(
    run_dag: Callable[..., Ran], forge: Forge, answering: Callable[[str, str, str], None]
) -> None:
    answering("approve", "Reject", "bea")
    ran = run_dag("train", {"dataset": "permits"})
    assert ran.returned["summary"] == {"passed": True, "promoted": False}
    assert forge.steps == ["train", "evaluate", "promote"]


def test_people_who_may_not_put_no_model_to_work(
    run_dag: Callable[..., Ran], forge: Forge, answering: Callable[..., list[str]]
) -> None:
    """A model reads documents of every agency, so an operator for one is not enough."""
    asked = answering("approve", "Approve", "ruth", "al", "bea")
    ran = run_dag("train", {"dataset": "permits"})
    assert (ran.state, ran.returned["summary"]) == ("success", {"passed": True, "promoted": True})
    assert len(asked) == 3
    assert "Operators for every agency may approve this: ada, bea, grace." in asked[0]
    assert forge.changing[3:] == [("forge", "approve", "reader@3", "--by", "bea")]


@pytest.mark.parametrize(
    "other", [{"kind": "language"}, {"by": "grace"}, {"registered": "2020-01-01T00:00:00Z"}], ids=str
)
def test_a_model_that_is_not_this_runs_is_not_put_to_work(other: dict[str, Any], forge: Forge) -> None:
    """Whoever may change the DAG may write another model's name in the place of the candidate's."""
    run = SimpleNamespace(triggering_user_name="dag_test", run_after=utc_now())
    wanted = training.Wanted(dataset="permits")
    assert training.of_run(wanted, run, "reader@3") == "reader@3"
    forge.registered |= other
    with pytest.raises(CommandRefusedError, match="reader@3 was not registered by this run"):
        training.of_run(wanted, run, "reader@3")
    for untrusted in ("--by", "reader", None, 3):
        with pytest.raises(CommandRefusedError, match="no KIND@VERSION"):
            training.of_run(wanted, run, untrusted)


def test_what_was_put_to_work_by_command_is_not_asked(run_dag: Callable[..., Ran], forge: Forge) -> None:
    """Nobody answers here, so a question would never end."""
    forge.entries = [{"action": "approved", "version": 3, "by": "bea", "reason": ""}]
    ran = run_dag("train", {"dataset": "permits"})
    assert (ran.state, ran.returned["summary"]) == ("success", {"passed": True, "promoted": True})
    assert forge.steps == ["train", "evaluate", "promote"]


def test_of_what_is_asked_for_or_gone_back_from_no_word_is_kept(forge: Forge) -> None:
    for entries in ([], [{"action": "requested", "version": 3}], [{"action": "approved", "version": 2}]):
        forge.entries = entries
        assert training.kept("reader@3") is None


@pytest.mark.parametrize("who", ["*", {"agencies": ["alpha"], "operates": True}])
def test_who_may_not_trigger_it_trains_nothing(
    run_dag: Callable[..., Ran], forge: Forge, tmp_path: Path, who: object
) -> None:
    people(tmp_path, dag_test=who)
    for passing_over, failed in (("", "check"), ("check", "candidate")):
        ran = run_dag("train", {"dataset": "permits"}, passing_over)
        assert (ran.state, ran.states[failed], forge.asked) == ("failed", "failed", [])


def test_what_the_gate_refuses_nobody_is_asked_about(run_dag: Callable[..., Ran], forge: Forge) -> None:
    forge.passes = False
    ran = run_dag("train", {"dataset": "permits"})
    assert (ran.state, ran.states["approve"]) == ("success", "skipped")
    assert ran.returned["summary"] == {"passed": False, "promoted": False}
    assert "**refused**" in ran.returned["judge"]["table"]
    assert forge.steps == ["train", "evaluate"]


def test_to_judge_alone_asks_for_nothing(run_dag: Callable[..., Ran], forge: Forge) -> None:
    assert run_dag("train", {"dataset": "permits", "only_judge": True}).states["approve"] == "skipped"
    assert forge.steps == ["train", "evaluate"]


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"dataset": ""}, "dataset"),
        ({"dataset": "--out"}, "dataset"),
        ({"kind": "../x"}, "kind"),
        ({"base": "reader"}, "base"),
        ({"types": ("--by",)}, "types"),
    ],
)
def test_parameters_that_cannot_be_are_named(wrong: dict[str, Any], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        training.check(training.Wanted(**({"dataset": "permits"} | wrong)), "ann")


def test_nobody_cannot_ask() -> None:
    with pytest.raises(ValueError, match="signed in"):
        training.check(training.Wanted(dataset="permits"), "")


# Commands in processes of their own


def run(code: str) -> dict[str, Any]:
    return commanding.told("forge", "x", command=(sys.executable, "-c", code))


def test_a_commands_answer_is_its_last_line_and_all_it_says_is_kept(capfd: pytest.CaptureFixture[str]) -> None:
    assert run("print('50 %'); print('{\"model\": \"a@1\"}')") == {"model": "a@1"}
    assert "50 %" in capfd.readouterr().out


def test_what_a_library_says_after_the_answer_hides_it_not() -> None:
    code = "import sys; print('{\"model\": \"a@1\"}', flush=True); print('a warning\\n' * 9, file=sys.stderr)"
    assert run(code) == {"model": "a@1"}


@pytest.mark.parametrize(("code", "final"), [(1, True), (2, True), (3, True), (78, True), (4, False), (75, False)])
def test_a_refusal_is_final_and_a_server_that_is_away_is_not(code: int, *, final: bool) -> None:
    policy = dag_settings(tags=[], deadline=timedelta(1))["default_args"]["retry_policy"]
    with pytest.raises(CommandFailedError) as told:
        run(f"raise SystemExit({code})")
    decided = policy.evaluate(told.value, 1, 3)
    assert (decided.action is RetryAction.FAIL) is final


def test_a_killed_task_takes_its_command_with_it(tmp_path: Path) -> None:
    """By kill -9: nothing of the task can run any more."""
    told = tmp_path / "pid"
    inner = f"import os, pathlib, time; pathlib.Path({str(told)!r}).write_text(str(os.getpid())); time.sleep(600)"
    outer = (
        "import sys; from processors.orchestration import commanding;"
        f"commanding.told('forge', 'x', command=(sys.executable, '-c', {inner!r}))"
    )
    with subprocess.Popen([sys.executable, "-c", outer]) as task:
        until(lambda: (told.exists() and told.read_text()) or None, "the command runs")
        pid = int(told.read_text())
        assert birth(pid) is not None
        task.kill()
    until(lambda: birth(pid) is None or None, "the command is gone")


def test_a_command_that_fails_is_told_with_its_last_words() -> None:
    with pytest.raises(CommandFailedError, match="ended with 3: no such dataset"):
        run("import sys; print('no such dataset'); sys.exit(3)")


def test_a_command_without_an_answer_has_failed() -> None:
    with pytest.raises(CommandFailedError, match="no answer"):
        run("print('done')")


def test_the_real_command_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has no stack here, and says so."""
    monkeypatch.setenv("CHANCERY_HOME", str(tmp_path))
    with pytest.raises(CommandFailedError, match="chancery up"):
        training.judge({"dataset": "permits"}, "reader@1")
