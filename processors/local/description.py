"""Processes as the state file tells of them."""

from __future__ import annotations

import datetime
import time
from typing import Any

from processors.local import state
from processors.local.keeper import Keeper
from processors.local.process import Process
from processors.local.worker_log import last_words
from processors.pipeline import Lanes


def server(process: Process, keeper: Keeper) -> state.Running:
    """A server, or a component of Airflow."""
    return state.Running(**_facts(process, keeper))


def worker(
    process: Process, keeper: Keeper, stage: str, slot: int, lanes: Lanes, *, ready: bool
) -> state.WorkerRunning:
    """A worker, with the last error in its log once it has ended."""
    facts = _facts(process, keeper)
    words = last_words(process.log) if facts["ends"] else ""
    return state.WorkerRunning(**facts, stage=stage, slot=slot, lanes=lanes, ready=ready, last_words=words)


def _facts(process: Process, keeper: Keeper) -> dict[str, Any]:
    return {
        "pid": process.pid,
        "born": process.born,
        "restarts": keeper.restarts,
        "last_exit": keeper.last_exit,
        "ends": keeper.ends,
        "ended": "" if keeper.ended is None else _at(keeper.ended),
    }


def _at(clock: float) -> str:
    """The time of day at which `time.monotonic` read `clock`."""
    ago = datetime.timedelta(seconds=time.monotonic() - clock)
    return (datetime.datetime.now(datetime.UTC) - ago).isoformat(timespec="seconds")
