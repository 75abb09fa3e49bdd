"""`<home>/stack.json`: what runs, where, under which pids. Only the supervisor writes it; anyone may read it."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Literal

from processors.local.birth import lives
from processors.local.failures import StackError
from processors.pipeline import Lanes

#: starting: not all servers are healthy yet; working: all are, and every worker was started; ready: every worker
#: has said that it is; failed: a part did not start, see `failure`
Phase = Literal["starting", "working", "ready", "failed"]


@dataclass(frozen=True)
class Running:
    """One process of the stack."""

    pid: int
    #: see birth.py: tells this process from a later one with the same pid
    born: str
    #: starts after the first one
    restarts: int = 0
    #: how it ended the last time, minus the signal's number if a signal did; None if it never ended
    last_exit: int | None = None
    #: how often it ended, and when it did the last time, ISO 8601 with zone
    ends: int = 0
    ended: str = ""

    @property
    def alive(self) -> bool:
        """Whether this very process still runs."""
        return lives(self.pid, self.born)


@dataclass(frozen=True)
class WorkerRunning(Running):
    """One worker process."""

    stage: str = ""
    slot: int = 0
    #: see pipeline.py
    lanes: Lanes = "all"
    #: it said that it started, in its present life
    ready: bool = False
    #: the last error in its log when it ended
    last_words: str = ""

    @property
    def name(self) -> str:
        """What its log is called."""
        return f"{self.stage}-{self.slot}"


@dataclass(frozen=True)
class Failure:
    """Why the stack did not start."""

    part: str
    happened: str
    remedy: str
    log: str


@dataclass(frozen=True)
class Stack:
    """The local stack as its supervisor last described it."""

    supervisor: Running
    phase: Phase
    #: what it did so far, for people; the last is what it does now
    steps: tuple[str, ...]
    #: host:port of each server, and the ledger's URL without its password
    kafka: str
    s3: str
    database: str
    home: Path
    #: folder with one log per process
    logs: Path
    #: when the supervisor started, ISO 8601 with zone
    started: str
    #: the stack's own servers by name ("kafka", "minio", "airflow-…"); those of others are not in it
    servers: dict[str, Running]
    workers: tuple[WorkerRunning, ...]
    failure: Failure | None = None
    #: host:port of Airflow's pages and API; "" where there is none
    airflow: str = ""
    #: what the workers were started with, as far as it is no secret, and a digest of what is (see sameness.py)
    settings: dict[str, str] = field(default_factory=dict)
    secrets: str = ""

    def worker(self, stage: str, slot: int = 0) -> WorkerRunning:
        """The worker of a stage and slot.

        Raises:
            KeyError: there is none.
        """
        for worker in self.workers:
            if (worker.stage, worker.slot) == (stage, slot):
                return worker
        raise KeyError(f"no worker {stage}-{slot}")

    def children(self) -> list[Running]:
        """All processes that the supervisor started."""
        return [*self.servers.values(), *self.workers]


def path(home: Path) -> Path:
    """Where the state of the stack of `home` lies."""
    return home / "stack.json"


def write(stack: Stack) -> None:
    """Replace the state in one step: a reader sees the old one or the new one, never half of either."""
    place = path(stack.home)
    place.parent.mkdir(parents=True, exist_ok=True)
    written = place.with_suffix(f".{os.getpid()}.tmp")
    # Readable by others until now or not: what is written from now on is ours alone.
    written.touch(mode=0o600)
    written.write_text(json.dumps(asdict(stack), indent=2, default=str) + "\n", encoding="utf-8")
    written.replace(place)


def read(home: Path) -> Stack | None:
    """The state as last written, whether or not its processes still run; None if there is none that can be read."""
    try:
        fields = json.loads(path(home).read_text(encoding="utf-8"))
        return Stack(
            **fields
            | {
                "steps": tuple(fields["steps"]),
                "supervisor": Running(**fields["supervisor"]),
                "home": Path(fields["home"]),
                "logs": Path(fields["logs"]),
                "servers": {name: Running(**server) for name, server in fields["servers"].items()},
                "workers": tuple(WorkerRunning(**worker) for worker in fields["workers"]),
                "failure": Failure(**fields["failure"]) if fields["failure"] else None,
            }
        )
    except (OSError, ValueError, KeyError, TypeError):
        # Absent or out of reach, or written by another version of Chancery: nothing that we can rely on.
        return None


def running(home: Path) -> Stack | None:
    """The stack of this home, if its supervisor still runs; a leftover file or a re-used pid does not count."""
    stack = read(home)
    return stack if stack is not None and stack.supervisor.alive else None


def remove(home: Path) -> None:
    """Forget the state."""
    path(home).unlink(missing_ok=True)


def failed(stack: Stack, error: Exception) -> Stack:
    """The same stack, failed with this error."""
    log = stack.logs / "supervisor.log"
    if isinstance(error, StackError):
        failure = Failure(error.part, error.happened, error.remedy, str(error.log or log))
    else:
        # A hook failed. Its text may be shown here: topics and buckets are ours, no document was read yet.
        part = stack.steps[-1].partition(":")[0] if stack.steps else "supervisor"
        happened = f"failed with {type(error).__name__}: {error}"
        failure = Failure(part, happened, "See the traceback in the log.", str(log))
    return replace(stack, phase="failed", failure=failure)
