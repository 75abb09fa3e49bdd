"""Watching a stack from outside, through its state file: until every worker has started, and what ails it later."""

from __future__ import annotations

import datetime
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from processors.local import aftermath, state
from processors.local.birth import birth
from processors.local.failures import StackError
from processors.local.keeper import EXIT_BAD_SETTING
from processors.local.state import Stack, WorkerRunning

#: seconds; an ordinary start takes 5 to 8, a recovery after a power cut on a slow disk may take a minute
UP_SECONDS = 120.0
#: seconds from the start of the workers until the last of them has started: 1 to 4, on a busy machine 20
WORKERS_SECONDS = 60.0
#: seconds more that Airflow may take: 30 to 60 on a machine with two busy cores, its first database 12 more
AIRFLOW_SECONDS = 300.0
#: a worker that ended no longer ago than this is worth a word
_RECENT = datetime.timedelta(minutes=1)
#: EX_TEMPFAIL, from `runtime.main`: the worker asks to be started again, and may be
_EXIT_TRY_AGAIN = 75
#: so often, if it asks for no more than that
_TRIES = 3
_AGAIN = "Correct the cause, then run `chancery down` and `chancery up`."
_POLL = 0.05


def until_started(
    home: Path, daemon: int, on_step: Callable[[str], None], seconds: float = WORKERS_SECONDS
) -> Stack:
    """Wait until the supervisor with the pid `daemon`, which was just started, has all parts up.

    Raises:
        StackError: a part did not start, a worker ended, or one did not say in `seconds` that it started.
    """
    log = home / "logs" / "supervisor.log"
    deadline = time.monotonic() + UP_SECONDS
    told: tuple[str, ...] = ()
    while time.monotonic() < deadline:
        stack = state.read(home)
        if stack is not None and stack.supervisor.pid == daemon:
            if not told and stack.airflow:
                deadline += AIRFLOW_SECONDS
            told = _tell(on_step, stack, told)
            if (failure := stack.failure) is not None:
                aftermath.gone([stack.supervisor], 5.0)
                aftermath.reap(daemon)
                state.remove(home)
                raise StackError(failure.part, failure.happened, failure.remedy, Path(failure.log))
            if stack.phase != "starting":
                stack = until_workers(home, stack, seconds, fresh=True, on_step=on_step)
                on_step("ready")
                return stack
        if birth(daemon) is None and state.read(home) == stack:
            aftermath.reap(daemon)
            raise StackError(
                "The supervisor", "ended before the stack was ready", "The cause stands in its log.", log
            )
        time.sleep(_POLL)
    os.kill(daemon, signal.SIGTERM)
    raise StackError(
        "The stack", f"was not ready within {UP_SECONDS:.0f} s", f"It hung at: {' '.join(told[-1:])}.", log
    )


def until_workers(
    home: Path,
    stack: Stack,
    seconds: float = WORKERS_SECONDS,
    *,
    fresh: bool = False,
    on_step: Callable[[str], None] = lambda _: None,
) -> Stack:
    """Wait until every worker has started, and Airflow where there is one.

    Of a stack that is not `fresh`, what ended before now is forgiven.

    Raises:
        StackError: a worker ended meanwhile for good reason, or one has not started after `seconds`, or Airflow is
            not healthy some minutes later.
    """
    before = {worker.name: 0 if fresh else worker.ends for worker in stack.workers}
    started, told = time.monotonic(), stack.steps
    while True:
        stack = _still(home, stack)
        told = _tell(on_step, stack, told)
        for worker in stack.workers:
            ends = worker.ends - before.get(worker.name, 0)
            most = _TRIES if worker.last_exit == _EXIT_TRY_AGAIN else 1
            if worker.last_exit == EXIT_BAD_SETTING or ends >= most:
                raise _failed(stack, worker, f"ended with exit code {worker.last_exit}")
        for name in (
            name for name, one in stack.servers.items() if stack.phase == "working" and one.ends >= _TRIES
        ):
            # Started again each time, but nothing will come of it.
            raise StackError(
                name, f"ended {_TRIES} times before it was healthy", _AGAIN, stack.logs / f"{name}.log"
            )
        if stack.phase == "ready" and all(worker.ready for worker in stack.workers):
            return stack
        passed = time.monotonic() - started
        late = next((worker for worker in stack.workers if not worker.ready), None)
        if late is not None and passed > seconds:
            raise _failed(stack, late, f"has not started within {seconds:.0f} s")
        if passed > (limit := seconds + (AIRFLOW_SECONDS if stack.airflow else 0)):
            part, log = ("Airflow", "airflow-scheduler.log") if stack.airflow else ("The stack", "supervisor.log")
            raise StackError(part, f"was not ready within {limit:.0f} s", "Run `chancery down`.", stack.logs / log)
        time.sleep(_POLL)


def ailing(stack: Stack, now: datetime.datetime) -> list[str]:
    """A sentence for each worker or part of Airflow that is down, or that ended within the last minute."""
    parts = {name: server for name, server in stack.servers.items() if name.startswith("airflow")}
    return [
        f"{name} ended {one.ends} times, at last with exit code {one.last_exit}: see {stack.logs / name}.log"
        for name, one in parts.items()
        if one.ends and (not one.alive or now - datetime.datetime.fromisoformat(one.ended) < _RECENT)
    ] + [
        f"worker {worker.name} {_condition(worker)}{_quoted(worker)}"
        for worker in stack.workers
        if worker.ends and (not worker.alive or now - datetime.datetime.fromisoformat(worker.ended) < _RECENT)
    ]


def _tell(on_step: Callable[[str], None], stack: Stack, told: tuple[str, ...]) -> tuple[str, ...]:
    for step in stack.steps[len(told) :]:
        on_step(step)
    return stack.steps


def _condition(worker: WorkerRunning) -> str:
    if worker.last_exit == EXIT_BAD_SETTING:
        return "is not started again: its settings cannot be used"
    if worker.ends == 1:
        return f"ended with exit code {worker.last_exit}"
    return f"ended {worker.ends} times, at last with exit code {worker.last_exit}"


def _failed(stack: Stack, worker: WorkerRunning, happened: str) -> StackError:
    log = stack.logs / f"{worker.name}.log"
    return StackError(f"Worker {worker.name}", happened + _quoted(worker), _AGAIN, log)


def _quoted(worker: WorkerRunning) -> str:
    return f": {worker.last_words}" if worker.last_words else ""


def _still(home: Path, stack: Stack) -> Stack:
    """The stack as it is now.

    Raises:
        StackError: its supervisor is gone.
    """
    now = state.running(home)
    if now is None:
        log = stack.logs / "supervisor.log"
        raise StackError("The supervisor", "ended meanwhile", "The cause stands in its log.", log)
    return now
