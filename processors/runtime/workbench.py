"""Where the worker hands work to its child and gets an outcome or one of our errors back."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import structlog

from processors import pipeline
from processors.errors import DependencyUnavailable, PipelineError, StageCrashed, StageFailed, StageTimedOut
from processors.runtime import priority
from processors.runtime.fence import NONE
from processors.runtime.outcome import MOST_ANSWER_BYTES, outcome_from_json, work_to_json
from processors.runtime.whereabouts import checked
from processors.stage import Done, Outcome, Prompt, Stage, Work

log = structlog.get_logger()

#: Loading a stage's models on a busy machine.
_START_SECONDS = 120.0
#: The fork ends itself at the limit; this much later the worker ends the whole child.
_GRACE_SECONDS = 10.0
#: A detail of a child's answer goes into our log: a class, a signal, a few words of ours.
_MOST_DETAIL = 200
#: What a child may know. No credentials, no endpoints.
_CHILD_MAY_SEE = (
    "PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "CHANCERY_HOME", "CHANCERY_LANGUAGES", "CHANCERY_TESSDATA",
    "CHANCERY_OCR_ENGINE", "CHANCERY_POLICIES", "CHANCERY_VISION_MODEL", "CHANCERY_ESCALATE_BELOW_PERCENT",
    "CHANCERY_DOCUMENT_TYPES", "CHANCERY_MODELS",
    "CHANCERY_ENCODER_WEIGHTS",
    "CHANCERY_LANGUAGE_MODEL", "CHANCERY_LANGUAGE_WEIGHTS", "CHANCERY_LANGUAGE_DIGEST",
    "CHANCERY_MAX_BYTES", "CHANCERY_MAX_PAGES", "CHANCERY_WORK_SECONDS", "CHANCERY_CHILD_MEMORY",
    "LD_LIBRARY_PATH", "PYTHONPATH", "VIRTUAL_ENV",
)  # fmt: skip


#: A command with something around it.
Walls = Callable[[Sequence[str]], Sequence[str]]


class Misconfigured(Exception):
    """A part of Chancery cannot start before a person has corrected something; the text says what."""


class Workbench(Protocol):
    """Somewhere a stage can work."""

    def run(self, work: Work) -> Outcome:
        """Let the stage work.

        Raises:
            PipelineError: the stage raised, died or took too long.
        """
        ...

    def close(self) -> None:
        """Let go of what is warm."""
        ...


class InProcess:
    """The stage in this very process: for tests, notebooks and DAGs; never for a worker."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def run(self, work: Work) -> Outcome:
        """See `Workbench`."""
        try:
            return self._stage.process(work)
        except PipelineError:
            raise
        except Exception as error:
            raise StageFailed(type(error).__name__) from error

    def close(self) -> None:
        """See `Workbench`."""


class Child:
    """A warm child process; started at the first work and again after it died."""

    def __init__(
        self,
        stage: str,
        environment: dict[str, str],
        seconds: float,
        module: str = "processors.runtime.child",
        walls: Walls = lambda command: command,
        fence: str = NONE,
        sandbox: str = "",
    ) -> None:
        """Nothing is started yet.

        Args:
            stage: name in `pipeline.py`
            environment: where the child's few variables are taken from
            seconds: bound on one piece of work
            module: what the child runs; tests put a stage of their own in its way
            walls: puts the sandbox around the child's command
            fence: what each fork of it gives up, as `fence.in_words` writes it
            sandbox: all that in a few words, for the log
        """
        self.sandbox = sandbox
        self._fence = fence
        self._walls = walls
        self._stage, self._seconds, self._module = stage, seconds, module
        self._untrusted = pipeline.stage(stage).untrusted
        self._environment = {k: v for k, v in environment.items() if k in _CHILD_MAY_SEE} | {
            # Tesseract and ONNX Runtime spin their OpenMP threads: 5.6 times the CPU for nothing.
            "OMP_THREAD_LIMIT": "1",
            "OMP_NUM_THREADS": "1",
            "PYTHONUNBUFFERED": "1",
            # Large pages: a fork of the warm engine copies a third as many (16,001 faults -> 4,752 for a scan).
            "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._buffer = b""

    def warm(self) -> None:
        """Start the child and wait until its stage is loaded.

        Raises:
            StageCrashed: it ended before it was ready; its own words are in the worker's log.
            StageTimedOut: it was not ready in time.
            Misconfigured: the stage refused to be loaded; it says why.
        """
        if self._process is not None and self._process.poll() is None:
            return
        self.close()
        ours, theirs = socket.socketpair()
        self._process = subprocess.Popen(
            self._walls((sys.executable, "-m", self._module, self._stage, str(theirs.fileno()), self._fence)),
            env=self._environment,
            pass_fds=(theirs.fileno(),),
            # A group of its own, so that a hung child can be ended with everything below it.
            start_new_session=True,
        )
        priority.hand_down(self._process.pid)
        theirs.close()
        self._socket, self._buffer = ours, b""
        # Nothing of a stranger's was read yet, so its words are our own.
        if problem := self._receive(_START_SECONDS).get("misconfigured"):
            self.close()
            raise Misconfigured(str(problem))

    def run(self, work: Work) -> Outcome:
        """See `Workbench`."""
        try:
            self.warm()
        except (StageCrashed, StageTimedOut, Misconfigured, OSError) as error:
            # No document was touched yet: a machine short of memory must not quarantine one after the other.
            raise DependencyUnavailable("the stage does not start") from error
        assert self._socket is not None
        try:
            self._socket.sendall(json.dumps(work_to_json(work)).encode() + b"\n")
        except OSError as error:
            self.close()
            raise StageCrashed("child is gone") from error
        answer = self._receive(self._seconds + _GRACE_SECONDS)
        if "crashed" in answer:
            raise StageCrashed(_detail(answer["crashed"]))
        if "timed_out" in answer:
            raise StageTimedOut(_detail(answer["timed_out"]))
        if answer.get("failed") == DependencyUnavailable.code and not self._untrusted:
            # Never from a child that parsed a stranger's bytes: it could hold up a stage for ever.
            raise DependencyUnavailable(_detail(answer.get("detail", "")))
        if "failed" in answer:
            if at := checked(answer.get("at")):
                log.warning("stage_raised", error=_detail(answer.get("detail", "")), at=at)
            raise StageFailed(_detail(answer.get("detail", "")))
        outcome = outcome_from_json(answer.get("outcome", {}), work.scratch)
        if self._untrusted and isinstance(outcome, Done) and any(isinstance(q, Prompt) for q in outcome.questions):
            # For the same reason: a prompt without an answer holds up the stage.
            raise StageFailed("asks a language model")
        return outcome

    @property
    def pid(self) -> int | None:
        """The process that was started: the child, or the walls around it; None while there is none."""
        return None if self._process is None else self._process.pid

    def kill(self) -> None:
        """End the child from another thread; the thread that waits for it sees a crash."""
        process = self._process  # the other thread may let go of it meanwhile
        if process is not None and process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)

    def close(self) -> None:
        """End the child and everything that it started."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        if self._process is not None:
            if self._process.poll() is None:
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def _receive(self, seconds: float) -> dict[str, Any]:
        """One line from the child."""
        assert self._socket is not None
        self._socket.settimeout(seconds)
        try:
            while b"\n" not in self._buffer:
                chunk = self._socket.recv(1 << 16)
                if not chunk:
                    raise StageCrashed("child ended")
                self._buffer += chunk
                if len(self._buffer) > MOST_ANSWER_BYTES:
                    raise StageCrashed("endless answer")
        except TimeoutError:
            self.close()
            raise StageTimedOut(str(seconds)) from None
        except (OSError, StageCrashed):
            spent = self._process is not None and self._process.wait() == -signal.SIGXCPU
            self.close()
            raise StageTimedOut("processor") if spent else StageCrashed("child ended") from None
        line, _, self._buffer = self._buffer.partition(b"\n")
        try:
            answer = json.loads(line)
            if not isinstance(answer, dict):
                raise TypeError
        except (ValueError, TypeError, RecursionError):
            self.close()
            raise StageCrashed("no answer") from None
        return answer


def _detail(untrusted: object) -> str:
    return str(untrusted)[:_MOST_DETAIL]


def scratch_root(home: Path, stage: str, slot: int) -> Path:
    """Where this slot's scratch folders are made; what a killed predecessor left there is removed at the start."""
    return home / "scratch" / f"{stage}-{slot}"
