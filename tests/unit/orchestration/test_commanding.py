"""A command's answer among all that it says."""

from __future__ import annotations

import sys

import pytest

from processors.orchestration.commanding import CommandFailedError, told

LOGGED = '{"event": "second_end_dropped", "level": "warning", "timestamp": "2026-01-01T00:00:00Z"}'


def saying(*lines: str) -> tuple[str, ...]:
    return (sys.executable, "-c", f"print({chr(10).join(lines)!r})")


def test_the_answer_is_the_last_object_that_is_no_line_of_the_log() -> None:
    assert told(command=saying("words", '{"a": 1}', LOGGED, "more words")) == {"a": 1}


def test_a_line_of_the_log_is_no_answer() -> None:
    with pytest.raises(CommandFailedError, match="gave no answer"):
        told(command=saying(LOGGED))
