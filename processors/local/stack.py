"""`chancery up` and `chancery down`: starts and stops the local stack from outside."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from processors.config import Settings
from processors.local import aftermath, cache, ports, state
from processors.local.birth import birth
from processors.local.environment import for_worker
from processors.local.failures import StackError
from processors.local.logs import open_log
from processors.local.minio_server import arns
from processors.local.plan import Plan
from processors.local.state import Stack, running
from processors.pipeline import NOTIFICATIONS

__all__ = ["Stack", "StackError", "connected", "down", "running", "up"]

OnStep = Callable[[str], None]

#: Kafka, its controller, MinIO: the ports of a first start, where they are free
_PORTS = (29092, 29093, 29000)
#: partitions of a topic on our own broker, unless the settings say otherwise: more than one machine has slots for,
#: and few enough that creating all topics takes a second
MOST_PARTITIONS = 8
#: seconds; an ordinary start takes 5 to 8, a recovery after a power cut on a slow disk may take a minute
UP_SECONDS = 120.0
#: seconds: workers 20, MinIO 15, Kafka 30, and some air
DOWN_SECONDS = 75.0
#: seconds in which a worker that cannot start shows it: its imports take 1 to 3 when all start at once
SETTLE_SECONDS = 3.0
_POLL = 0.05


def up(
    settings: Settings,
    *,
    workers: Mapping[str, int] | None = None,
    wipe: bool = False,
    external_kafka: str | None = None,
    external_s3: str | None = None,
    on_step: OnStep = lambda _: None,
    plan: Callable[[Plan], Plan] = lambda planned: planned,
    settle_seconds: float = SETTLE_SECONDS,
) -> Stack:
    """Start the stack, and return once its servers are healthy and its workers have stayed up for a moment.

    A stack that runs already is returned as it is. State of an earlier run is kept unless `wipe`.

    Args:
        settings: as loaded; where Kafka and S3 listen is decided here, not by them.
        workers: slots of each stage (`plan.WORKERS` by default).
        wipe: begin with empty servers and an empty ledger.
        external_kafka: host:port of a Kafka to use in place of our own.
        external_s3: host:port of an S3 server to use in place of our own.
        on_step: told, in words, what happens.
        plan: changes the plan before it is carried out; for tests.
        settle_seconds: how long the workers are watched for an early end.

    Raises:
        StackError: a part did not start; says which, why, and what to do.
    """
    home = settings.home
    if (already := running(home)) is not None:
        on_step("runs already")
        return already
    aftermath.clear(home)
    if wipe:
        aftermath.wipe(home)
        on_step("old state: wiped")
    if external_kafka is None:
        cache.kafka(), cache.java()
    if external_s3 is None:
        cache.minio()
    planned = plan(_plan(settings, workers, external_kafka, external_s3))
    reached = _reaching(
        settings,
        planned.kafka,
        planned.s3,
        own_kafka=not planned.external_kafka,
        own_s3=not planned.external_s3,
    )
    daemon = _start_supervisor(reached, planned)
    stack = _until_ready(home, daemon, on_step)
    return _until_settled(home, stack, settle_seconds)


def down(settings: Settings, *, wipe: bool = False, on_step: OnStep = lambda _: None) -> bool:
    """Stop the stack: workers finish what they hold, then the servers stop. Whether there was one to stop.

    With `wipe`, what it stored (servers' data, ledger, logs) is removed as well.
    """
    home = settings.home
    stack = running(home)
    if stack is not None:
        on_step("stopping: workers, MinIO, Kafka")
        supervisor = stack.supervisor
        os.kill(supervisor.pid, signal.SIGTERM)
        if not aftermath.gone([supervisor], DOWN_SECONDS):
            on_step("the supervisor did not stop: killing it and its children")
            os.kill(supervisor.pid, signal.SIGKILL)
            aftermath.gone([supervisor], 5.0)
        aftermath.reap(supervisor.pid)
    aftermath.clear(home)
    if wipe:
        aftermath.wipe(home)
        on_step("state: wiped")
    return stack is not None


def connected(settings: Settings, stack: Stack) -> Settings:
    """The same settings, with the endpoints of this stack: what a command needs to talk to it."""
    own = stack.servers
    return _reaching(settings, stack.kafka, stack.s3, own_kafka="kafka" in own, own_s3="minio" in own)


def _reaching(settings: Settings, kafka: str, s3: str, *, own_kafka: bool, own_s3: bool) -> Settings:
    reached = dataclasses.replace(settings, kafka=kafka, s3=dataclasses.replace(settings.s3, endpoint=s3))
    if own_kafka:
        most = settings.most_partitions or MOST_PARTITIONS
        reached = dataclasses.replace(reached, most_partitions=most)
    if own_s3:
        # Our own MinIO speaks plain HTTP, on the loopback address only.
        plain = dataclasses.replace(reached.s3, secure=False)
        reached = dataclasses.replace(reached, s3=plain, notification_arns=arns(region=plain.region))
    return reached


def _plan(
    settings: Settings, workers: Mapping[str, int] | None, external_kafka: str | None, external_s3: str | None
) -> Plan:
    # Ports are remembered, so that a stack that is stopped and started again is found where it was.
    memory = settings.home / "ports.json"
    try:
        preferred = [int(port) for port in json.loads(memory.read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError):
        preferred = []
    kafka, controller, s3 = ports.choose(preferred if len(preferred) == len(_PORTS) else _PORTS)
    settings.home.mkdir(parents=True, exist_ok=True)
    memory.write_text(json.dumps([kafka, controller, s3]), encoding="utf-8")
    planned = Plan(
        kafka=external_kafka or f"{ports.LOOPBACK}:{kafka}",
        kafka_controller_port=controller,
        s3=external_s3 or f"{ports.LOOPBACK}:{s3}",
        notifications=f"{settings.prefix}{NOTIFICATIONS}",
        external_kafka=external_kafka is not None,
        external_s3=external_s3 is not None,
    )
    return planned if workers is None else dataclasses.replace(planned, workers=dict(workers))


def _start_supervisor(settings: Settings, plan: Plan) -> int:
    """Start the daemon in a session of its own and return its pid."""
    log = open_log(settings.home / "logs" / "supervisor.log")
    try:
        # Not subprocess: its objects insist on seeing their child's end, and this one is to outlive us.
        return os.posix_spawn(
            sys.executable,
            [sys.executable, "-m", "processors.local.supervisor", plan.to_json()],
            for_worker(settings),
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_DUP2, log, 1),
                (os.POSIX_SPAWN_DUP2, log, 2),
            ],
            setsid=True,
        )
    finally:
        os.close(log)


def _until_ready(home: Path, daemon: int, on_step: OnStep) -> Stack:
    log = home / "logs" / "supervisor.log"
    deadline = time.monotonic() + UP_SECONDS
    told: tuple[str, ...] = ()
    while time.monotonic() < deadline:
        stack = state.read(home)
        if stack is not None and stack.supervisor.pid == daemon:
            for step in stack.steps[len(told) :]:
                on_step(step)
            told = stack.steps
            if stack.phase == "ready":
                return stack
            if (failure := stack.failure) is not None:
                aftermath.gone([stack.supervisor], 5.0)
                aftermath.reap(daemon)
                state.remove(home)
                raise StackError(failure.part, failure.happened, failure.remedy, Path(failure.log))
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


def _until_settled(home: Path, stack: Stack, seconds: float) -> Stack:
    """Watch the workers for a moment: one that cannot start at all ends within its first seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        stack = running(home) or stack
        for worker in stack.workers:
            if worker.last_exit is not None:
                name = f"{worker.stage}-{worker.slot}"
                raise StackError(
                    f"Worker {name}",
                    f"ended with exit code {worker.last_exit} right after its start",
                    "Correct the cause; the supervisor goes on trying. `chancery down` stops it.",
                    stack.logs / f"{name}.log",
                )
        time.sleep(_POLL)
    return stack
