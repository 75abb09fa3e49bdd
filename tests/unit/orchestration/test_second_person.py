"""Whose word counts."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from processors.orchestration.second_person import APPROVE, REJECT, SecondPerson

ASKED_AGAIN = object()


def answered(
    monkeypatch: pytest.MonkeyPatch, option: str, by: dict[str, str] | None, asked_by: str | None = "ada"
) -> Any:
    task = SecondPerson(task_id="approve", subject="?", body="…")
    monkeypatch.setattr(SecondPerson, "execute", lambda self, context: ASKED_AGAIN)
    event = {
        "chosen_options": [option],
        "params_input": {"reason": "fine"},
        "responded_at": datetime(2026, 11, 26, tzinfo=UTC),
        "responded_by_user": by,
    }
    run = SimpleNamespace(triggering_user_name=asked_by)
    return task.execute_complete({"dag_run": run}, event)


GRACE, ADA = {"id": "grace", "name": "grace"}, {"id": "ada", "name": " Ada "}


def test_another_person_approves(monkeypatch: pytest.MonkeyPatch) -> None:
    assert answered(monkeypatch, APPROVE, GRACE) == {"word": "approved", "by": "grace", "reason": "fine"}


@pytest.mark.parametrize(("by", "asked_by"), [(ADA, "ada"), (None, "ada"), (GRACE, None), (GRACE, "")])
def test_who_asked_and_who_is_nobody_are_asked_again(
    monkeypatch: pytest.MonkeyPatch, by: dict[str, str] | None, asked_by: str | None
) -> None:
    assert answered(monkeypatch, APPROVE, by, asked_by) is ASKED_AGAIN


def test_who_asked_may_reject(monkeypatch: pytest.MonkeyPatch) -> None:
    assert answered(monkeypatch, REJECT, ADA)["word"] == "rejected"
