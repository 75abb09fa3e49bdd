"""The DAG `reprocess` as a whole, by `dag.test()` in a process of its own, on an office in memory."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from processors.config import PACKAGE


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What became of each scenario of `dag_trial.py`."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.unit.orchestration.dag_trial", str(tmp_path_factory.mktemp("trial"))],
        cwd=PACKAGE.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_an_approval_publishes_and_the_wait_was_a_real_one(ran: dict[str, Any]) -> None:
    one = ran["approved"]
    assert (one["state"], one["published"]) == ("success", 3)
    assert set(one["tasks"].values()) == {"success"}
    assert one["looks"] == 2, "the task, then the trigger"
    assert [told["outcome"] for told in one["reported"]] == ["succeeded"]


def test_a_rejection_publishes_nothing_and_is_no_failure(ran: dict[str, Any]) -> None:
    one = ran["rejected"]
    assert (one["state"], one["published"], one["tasks"]["release"]) == ("success", 0, "skipped")


def test_an_answer_that_does_not_count_is_left_out_and_asked_for_again(ran: dict[str, Any]) -> None:
    """Of a reviewer, of an operator for another agency, of who asked; then of whom it is for."""
    one = ran["approved-at-last"]
    assert (one["state"], one["published"]) == ("success", 3)
    first, of_a_reviewer, of_another_agency, of_who_asked = one["said"]
    assert first == ""
    assert "ruth is no operator" in of_a_reviewer
    assert "gil operates for beta alone" in of_another_agency
    assert "dag_test asked for this run" in of_who_asked


def test_behind_the_operators_guard_stands_another_that_leaves_the_answer_out(
    ran: dict[str, Any],
) -> None:
    """The operator's own look at the name switched off."""
    one = ran["unguarded-asker"]
    assert (one["state"], one["published"]) == ("success", 3)
    assert "another person must approve it" in one["said"][1]


def test_a_reviewers_approval_does_not_count_without_that_guard_either(ran: dict[str, Any]) -> None:
    one = ran["unguarded-reviewer"]
    assert (one["state"], one["published"]) == ("success", 3)
    assert [bool(said) for said in one["said"]] == [False, True]
    assert "ruth is no operator" in one["said"][1]


def test_comparing_only_asks_nobody(ran: dict[str, Any]) -> None:
    one = ran["compare-only"]
    assert (one["state"], one["published"]) == ("success", 0)
    assert (one["tasks"]["compare"], one["tasks"]["approve"], one["tasks"]["summary"]) == (
        "success", "skipped", "success",
    )  # fmt: skip


def test_a_dry_run_sends_nothing(ran: dict[str, Any]) -> None:
    one = ran["dry"]
    assert (one["state"], one["tasks"]["freeze"], one["tasks"]["emit"]) == ("success", "skipped", "skipped")


def test_what_is_not_known_fails_at_once(ran: dict[str, Any]) -> None:
    one = ran["wrong"]
    assert (one["state"], one["tasks"]["check"], one["tasks"]["freeze"]) == ("failed", "failed", "upstream_failed")
    assert one["reported"][0]["outcome"] == "failed"
