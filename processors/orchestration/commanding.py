"""Runs a `chancery` command in a process of its own: the task never sees what it loads, and logs what it says."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import deque
from collections.abc import Sequence
from typing import Any

#: Lines of what a command said that stand in the error.
_LAST_WORDS = 5


class CommandFailedError(Exception):
    """A command ended otherwise than well; the text holds its exit code and its last words."""


def told(*arguments: str, command: Sequence[str] = (sys.executable, "-m", "processors.cli")) -> dict[str, Any]:
    """Run a command that answers with `--json`, and wait for it.

    Args:
        arguments: of the command, without `--json`
        command: what is run

    Returns:
        Its answer: the last line of its standard output. Whatever else it says goes to standard output.

    Raises:
        CommandFailedError: it did not end well, or gave no answer.
    """
    with subprocess.Popen(
        [*command, *arguments, "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        errors="backslashreplace",
    ) as running:
        try:
            words = _words(running)
        except BaseException:
            # A task that is killed takes its command with it.
            running.kill()
            raise
    name = " ".join(arguments[:2])
    if running.returncode != 0:
        raise CommandFailedError(f"`chancery {name}` ended with {running.returncode}: {' '.join(words)}")
    return _answer(words[-1] if words else "", name)


def _words(running: subprocess.Popen[str]) -> list[str]:
    """The last lines that it said; all are passed on."""
    last: deque[str] = deque(maxlen=_LAST_WORDS)
    assert running.stdout is not None
    for line in running.stdout:
        print(line, end="", flush=True)  # noqa: T201 - Airflow keeps what a task says
        if line.strip():
            last.append(line.strip())
    return list(last)


def _answer(line: str, name: str) -> dict[str, Any]:
    try:
        answer = json.loads(line)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise CommandFailedError(f"`chancery {name}` gave no answer in JSON.")
    return answer
