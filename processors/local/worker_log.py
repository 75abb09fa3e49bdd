"""What a worker's log tells its supervisor: that the worker has started, and what it said last before it ended."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Protocol

from processors.local.logs import tail

#: what `runtime.main` logs once a worker has loaded its stage and found its servers
_STARTED = "started"
_MOST_WORDS = 300
_CHUNK = 1 << 20
_FRAME = re.compile(r"\s|Traceback |During handling |The above exception |$")


class Logging(Protocol):
    """What is needed of a process."""

    log: Path

    @property
    def born(self) -> str:
        """Tells its present life from earlier ones."""

    @property
    def log_from(self) -> int:
        """Where in the log its present life begins."""


class Announcement:
    """Follows a worker's log from its birth until it says that it started; a new life begins anew."""

    def __init__(self, process: Logging) -> None:
        self._process = process
        self._born = ""
        self._offset = 0
        self._heard = False

    def heard(self) -> bool:
        """Whether the worker has said it in its present life; reads on from where it stopped reading."""
        process = self._process
        if process.born != self._born:
            self._born, self._offset, self._heard = process.born, process.log_from, False
        if not self._heard:
            self._heard = any(_fields(line).get("event") == _STARTED for line in self._new_lines())
        return self._heard

    def _new_lines(self) -> list[str]:
        try:
            with self._process.log.open("rb") as file:
                file.seek(self._offset)
                text = file.read(_CHUNK)
        except OSError:
            return []
        whole = text.rfind(b"\n") + 1
        # A line longer than what is read at once is none of ours.
        self._offset += whole or (len(text) if len(text) == _CHUNK else 0)
        return text[:whole].decode("utf-8", errors="replace").splitlines()


def last_words(log: Path) -> str:
    """The last error or warning at the end of a log, or the last line of a traceback, in one line; "" for none."""
    lines = [line for line in tail(log, 200).splitlines() if not _FRAME.match(line)]
    errors = [words for line in lines if (words := _error(line))]
    # Of a worker whose stage does not load, the reason stands before it: in what the stage itself said.
    errors = [words for words in errors if "StageCrashed" not in words] or errors
    return " ".join((errors or [""])[-1].split())[:_MOST_WORDS]


def _error(line: str) -> str:
    fields = _fields(line)
    if not fields:
        return "" if line.startswith(("{", "(")) else line
    return _words(fields) if fields.get("level") in ("warning", "error", "critical") else ""


def _words(fields: dict[str, Any]) -> str:
    named = (str(fields[name]) for name in ("event", "code", "detail") if fields.get(name))
    return ": ".join(named)


def _fields(line: str) -> dict[str, Any]:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}
