"""Whose word counts: another person's for what a person asked, anybody's for what a schedule asked."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest


def answer(choice: str, by: str, asked_by: str | None, monkeypatch: pytest.MonkeyPatch) -> Any:
    from processors.orchestration.asking import Approval

    operator = Approval(task_id="approve", subject="Dispose?", body="| |")
    monkeypatch.setattr(Approval, "execute", lambda *_: "asked again")
    event = {
        "chosen_options": [choice],
        "params_input": {"reason": "as agreed"},
        "responded_at": datetime.now(UTC),
        "responded_by_user": {"id": by, "name": by} if by else None,
    }
    context = {"dag_run": SimpleNamespace(triggering_user_name=asked_by)}
    return operator.execute_complete(context, event)


@pytest.mark.parametrize(
    ("choice", "by", "asked_by", "word"),
    [
        ("Approve", "bea", None, "approved"),
        ("Reject", "bea", None, "rejected"),
        ("Approve", "bea", "ann", "approved"),
        ("Reject", "ann", "ann", "rejected"),
    ],
)
def test_a_word_that_counts(
    choice: str, by: str, asked_by: str | None, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert answer(choice, by, asked_by, monkeypatch) == {"word": word, "by": by, "reason": "as agreed"}


@pytest.mark.parametrize(("by", "asked_by"), [("", None), ("ann", "ann"), ("ANN", "ann"), ("", "ann")])
def test_a_word_that_does_not_count_is_asked_for_again(
    by: str, asked_by: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert answer("Approve", by, asked_by, monkeypatch) == "asked again"
