"""Runs a `chancery` command in a process of its own: the task never sees what it loads, and logs what it says."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import deque
from collections.abc import Sequence
from typing import Any

from processors.runtime.bounds import die_with_parent

#: Lines of what a command said that stand in the error.
_LAST_WORDS = 5


class CommandFailedError(Exception):
    """A command ended otherwise than well; the text holds its exit code and its last words."""


class CommandRefusedError(CommandFailedError):
    """What was asked cannot be done, and another try would end no better."""


#: Exit codes of `commands/exits.py` that say so: failed, usage, not found, a setting. Others are of a server that
#: is away, or of a process that was killed.
_REFUSED = (1, 2, 3, 78)


def told(*arguments: str, command: Sequence[str] = (sys.executable, "-m", "processors.cli")) -> dict[str, Any]:
    """Run a command that answers with `--json`, and wait for it.

    Args:
        arguments: of the command, without `--json`
        command: what is run

    Returns:
        Its answer: the last line that is an object in JSON. All that it says goes to standard output.

    Raises:
        CommandRefusedError: it refuses, see `CommandRefusedError`.
        CommandFailedError: it did not end well otherwise, or gave no answer.
    """
    with subprocess.Popen(
        [*command, *arguments, "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        errors="backslashreplace",
        # A task that is killed takes its command with it: a training that nobody waits for would go on for hours.
        preexec_fn=die_with_parent,  # noqa: PLW1509 - a task has no other thread when it calls this
    ) as running:
        try:
            words, answer = _heard(running)
        except BaseException:
            running.kill()
            raise
    name = " ".join(arguments[:2])
    if running.returncode != 0:
        kind = CommandRefusedError if running.returncode in _REFUSED else CommandFailedError
        raise kind(f"`chancery {name}` ended with {running.returncode}: {' '.join(words)}")
    if answer is None:
        raise CommandFailedError(f"`chancery {name}` gave no answer in JSON.")
    return answer


def _heard(running: subprocess.Popen[str]) -> tuple[list[str], dict[str, Any] | None]:
    """The last lines that it said, and its answer: a library may warn of something after it. All is passed on."""
    last: deque[str] = deque(maxlen=_LAST_WORDS)
    answer = None
    assert running.stdout is not None
    for line in running.stdout:
        print(line, end="", flush=True)  # noqa: T201 - Airflow keeps what a task says
        if line.strip():
            last.append(line.strip())
            answer = _answer(line) or answer
    return list(last), answer


def _answer(line: str) -> dict[str, Any] | None:
    if not line.startswith("{"):
        return None
    try:
        found = json.loads(line)
    except ValueError:
        return None
    # A line of the log is an object too, see `runtime/logs.py`.
    return found if isinstance(found, dict) and not {"level", "timestamp"} <= set(found) else None
