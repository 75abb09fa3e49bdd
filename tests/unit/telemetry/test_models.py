"""Questions to models: counted, timed, and with tokens that an answer can have."""

from __future__ import annotations

import json

import pytest

from processors.errors import DependencyUnavailable
from processors.telemetry.models import asking
from tests.unit.telemetry.told import rising

CHAT = "chat/completions"


def ask(body: bytes, what: str = "language server", path: str = CHAT) -> None:
    with asking(what, path) as answered:
        assert answered(body) == body


def test_an_answer_is_counted_with_its_tokens() -> None:
    answered = rising("chancery_model_requests_total", model="vision", outcome="answered")
    timed = rising("chancery_model_seconds_count", model="vision")
    tokens = [rising("chancery_model_tokens_total", model="vision", kind=kind) for kind in ("prompt", "completion")]
    ask(json.dumps({"usage": {"prompt_tokens": 30, "completion_tokens": 4}}).encode(), "vision model")
    assert (answered(), timed(), [kind() for kind in tokens]) == (1, 1, [30, 4])


@pytest.mark.parametrize(
    "usage",
    [
        None, [], "30", {}, {"prompt_tokens": "30"}, {"prompt_tokens": -1}, {"prompt_tokens": 1.5},
        {"prompt_tokens": True}, {"prompt_tokens": 10**9}, {"prompt_tokens": [30]},
    ],
    ids=str,
)  # fmt: skip
def test_tokens_that_no_answer_has_are_left_out(usage: object) -> None:
    tokens = rising("chancery_model_tokens_total", model="language", kind="prompt")
    ask(json.dumps({"usage": usage}).encode())
    assert tokens() == 0


@pytest.mark.parametrize("body", [b"", b"\xff", b"[" * 100_000, b"null", b'{"usage": {"prompt_tokens": NaN}}'])
def test_what_is_no_answer_counts_no_tokens_and_harms_nothing(body: bytes) -> None:
    tokens = rising("chancery_model_tokens_total", model="language", kind="prompt")
    ask(body)
    assert tokens() == 0


def test_a_question_without_an_answer_failed() -> None:
    failed = rising("chancery_model_requests_total", model="language", outcome="failed")
    timed = rising("chancery_model_seconds_count", model="language")
    with pytest.raises(DependencyUnavailable), asking("language server", CHAT):
        raise DependencyUnavailable("language server: status 500")
    assert (failed(), timed()) == (1, 0)


def test_what_is_no_question_to_a_model_is_not_counted() -> None:
    answered = rising("chancery_model_requests_total", model="language", outcome="answered")
    ask(b"{}", path="models")
    assert answered() == 0
