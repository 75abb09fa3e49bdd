"""What a worker's log tells."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from processors.local.worker_log import Announcement, last_words

STARTED = '{"stage": "ocr", "event": "started", "level": "info"}\n'


@dataclass
class Logging:
    log: Path
    born: str = "b:1"
    log_from: int = 0


@pytest.fixture
def process(tmp_path: Path) -> Logging:
    return Logging(tmp_path / "ocr-0.log")


def say(process: Logging, text: str) -> None:
    with process.log.open("a") as log:
        log.write(text)


def test_a_worker_has_started_when_it_says_so(process: Logging) -> None:
    announced = Announcement(process)
    assert not announced.heard()
    say(process, 'started\n{"event": "starting"}\n["started"]\n{"event": 1}\n')
    assert not announced.heard()
    say(process, STARTED[:20])
    assert not announced.heard(), "half a line says nothing"
    say(process, STARTED[20:])
    assert announced.heard()
    process.log.unlink()
    assert announced.heard(), "what was heard is not read again"


def test_what_an_earlier_life_said_does_not_count(process: Logging) -> None:
    say(process, STARTED)
    announced = Announcement(process)
    assert announced.heard()
    process.born, process.log_from = "b:2", len(STARTED)
    assert not announced.heard()
    say(process, STARTED)
    assert announced.heard()


@pytest.mark.parametrize(
    ("log", "words"),
    [
        ("", ""),
        (STARTED, ""),
        (
            '{"event": "gave_up", "code": "kafka", "detail": "away\\n\\tnow", "level": "error"}\n' + STARTED,
            "gave_up: kafka: away now",
        ),
        (
            "Traceback (most recent call last):\n  File x\nValueError: unknown fail point\n",
            "ValueError: unknown fail point",
        ),
        (
            "FileNotFoundError: /nope/classifier\nTraceback (most recent call last):\n"
            "processors.errors.StageCrashed: child ended\n",
            "FileNotFoundError: /nope/classifier",
        ),
        ("x" * 1000, "x" * 300),
    ],
)
def test_the_last_words_are_the_last_error(process: Logging, log: str, words: str) -> None:
    process.log.write_text(log)
    assert last_words(process.log) == words


def test_without_a_log_there_are_no_words(process: Logging) -> None:
    assert last_words(process.log) == ""
