"""`chancery up` and `chancery down`: starts and stops the local stack from outside."""

from __future__ import annotations

import dataclasses
import os
import signal
import sys
from collections.abc import Callable, Mapping

from processors.config import Settings
from processors.local import aftermath, cache, home, preflight
from processors.local.airflow_server import STOP_SECONDS, must_be_installed
from processors.local.environment import for_worker
from processors.local.failures import StackError
from processors.local.logs import open_log
from processors.local.minio_server import arns
from processors.local.plan import Plan, made
from processors.local.sameness import differences
from processors.local.secured import Secrets, is_secured, must_be_possible
from processors.local.state import Stack, running
from processors.local.waiting import WORKERS_SECONDS, until_started, until_workers
from processors.server_settings import PLAINTEXT
from processors.variables import SettingInvalid

__all__ = ["Stack", "StackError", "connected", "down", "running", "up"]

OnStep = Callable[[str], None]

#: partitions of a topic on our own broker, unless the settings say otherwise: more than one machine has slots for,
#: and few enough that creating all topics takes a second
MOST_PARTITIONS = 8
#: seconds: Airflow and workers together 30, MinIO 15, Kafka 30, and some air
DOWN_SECONDS = 55.0 + STOP_SECONDS


def up(
    settings: Settings,
    *,
    workers: Mapping[str, int] | None = None,
    wipe: bool = False,
    secured: bool = False,
    airflow: bool = False,
    external_kafka: str | None = None,
    external_s3: str | None = None,
    on_step: OnStep = lambda _: None,
    plan: Callable[[Plan], Plan] = lambda planned: planned,
    workers_seconds: float = WORKERS_SECONDS,
) -> Stack:
    """Start the stack, and return once its servers are healthy and every worker has said that it started.

    A stack that runs already is returned as it is, if it is the one that is asked for. State of an earlier run is
    kept unless `wipe`.

    Args:
        settings: as loaded; where Kafka and S3 listen is decided here, not by them.
        workers: slots of each stage; None: as a running stack has them, `plan.WORKERS` for a new one.
        wipe: begin with empty servers and an empty ledger.
        secured: our own servers speak TLS and ask who is there; a home that was secured once stays so until it is
            wiped.
        airflow: with Airflow; a stack that runs already may have it without being asked to.
        external_kafka: host:port of a Kafka to use in place of our own.
        external_s3: host:port of an S3 server to use in place of our own.
        on_step: told, in words, what happens.
        plan: changes the plan before it is carried out; for tests.
        workers_seconds: how long the workers may take to start.

    Raises:
        StackError: a part did not start, or another stack runs; says which, why, and what to do.
        SettingInvalid: with this setting no worker could start.
    """
    place = settings.home
    home.prepare(place)
    if airflow:
        must_be_installed()
    if (already := running(place)) is not None:
        _must_be_asked_for(
            already, settings, workers, external_kafka, external_s3, wipe=wipe, secured=secured, airflow=airflow
        )
        on_step("runs already")
        return until_workers(place, already, workers_seconds, on_step=on_step)
    preflight.check(settings)
    _audit_key(settings, on_step)
    aftermath.clear(place)
    if wipe:
        aftermath.wipe(place)
        on_step("old state: wiped")
    if secured:
        must_be_possible(place)
        Secrets(place)
    if external_kafka is None:
        cache.kafka(), cache.java()
    if external_s3 is None:
        cache.minio()
    asked = made(
        settings, workers, external_kafka, external_s3, on_step, secured=is_secured(place), airflow=airflow
    )
    planned = plan(asked)
    reached = _reaching(
        settings,
        planned.kafka,
        planned.s3,
        own_kafka=not planned.external_kafka,
        own_s3=not planned.external_s3,
    )
    daemon = _start_supervisor(reached, planned)
    return until_started(place, daemon, on_step, workers_seconds)


def down(settings: Settings, *, wipe: bool = False, on_step: OnStep = lambda _: None) -> bool:
    """Stop the stack: workers finish what they hold, then the servers stop. Whether there was one to stop.

    With `wipe`, what it stored (servers' data, ledger, logs) is removed as well.

    Raises:
        SettingInvalid: the home cannot be looked into or written.
    """
    place = settings.home
    stack = running(place)
    if stack is not None:
        on_step(f"stopping: {'Airflow, ' if stack.airflow else ''}workers, MinIO, Kafka")
        supervisor = stack.supervisor
        os.kill(supervisor.pid, signal.SIGTERM)
        if not aftermath.gone([supervisor], DOWN_SECONDS):
            on_step("the supervisor did not stop: killing it and its children")
            os.kill(supervisor.pid, signal.SIGKILL)
            aftermath.gone([supervisor], 5.0)
        aftermath.reap(supervisor.pid)
    try:
        aftermath.clear(place)
        if wipe:
            aftermath.wipe(place)
            # Not before a start: the next supervisor may hold it already.
            (place / home.LOCK).unlink(missing_ok=True)
            on_step("state: wiped")
    except OSError as error:
        raise home.unusable(place, error) from error
    return stack is not None


def connected(settings: Settings, stack: Stack) -> Settings:
    """The same settings, with the endpoints of this stack: what a command needs to talk to it."""
    own = stack.servers
    return _reaching(settings, stack.kafka, stack.s3, own_kafka="kafka" in own, own_s3="minio" in own)


def _must_be_asked_for(
    stack: Stack,
    settings: Settings,
    workers: Mapping[str, int] | None,
    external_kafka: str | None,
    external_s3: str | None,
    *,
    wipe: bool,
    secured: bool,
    airflow: bool,
) -> None:
    """See that the stack that runs is the one that is asked for.

    Raises:
        StackError: it is another; names what differs.
    """
    asked = _reaching(
        settings,
        external_kafka or stack.kafka,
        external_s3 or stack.s3,
        own_kafka=external_kafka is None,
        own_s3=external_s3 is None,
    )
    found = differences(stack, asked, workers)
    if secured and not is_secured(settings.home):
        found.append("it is not secured")
    if airflow and not stack.airflow:
        found.append("it has no Airflow")
    if found:
        remedy = "Run `chancery down` first, or ask for what runs."
        raise StackError("The stack", "runs already, with other settings: " + "; ".join(found), remedy)
    if wipe:
        raise StackError("The stack", "runs already", "Run `chancery down --wipe` first.")


def _reaching(settings: Settings, kafka: str, s3: str, *, own_kafka: bool, own_s3: bool) -> Settings:
    reached = dataclasses.replace(settings, kafka=kafka, s3=dataclasses.replace(settings.s3, endpoint=s3))
    if not settings.traces.to:
        # Where nobody said, for `chancery trace`.
        to = str(settings.home / "traces")
        reached = dataclasses.replace(reached, traces=dataclasses.replace(settings.traces, to=to))
    if own_kafka:
        most = settings.most_partitions or MOST_PARTITIONS
        reached = dataclasses.replace(reached, most_partitions=most)
    if own_s3:
        # Our own MinIO speaks plain HTTP, on the loopback address only.
        plain = dataclasses.replace(reached.s3, secure=False, ca=None)
        reached = dataclasses.replace(reached, s3=plain, notification_arns=arns(region=plain.region))
    if is_secured(settings.home):
        return Secrets(settings.home).as_admin(reached, kafka=own_kafka, s3=own_s3)
    return dataclasses.replace(reached, kafka_security=PLAINTEXT) if own_kafka else reached


def _audit_key(settings: Settings, on_step: OnStep) -> None:
    """Make the key that signs the audit chain's heads, at the first start."""
    from processors.audit import keys  # noqa: PLC0415 - other commands need no cryptography

    try:
        if keys.ensure(settings.audit.key):
            on_step(f"audit key: made in {settings.audit.key}")
    except keys.KeyUnusableError as error:
        raise SettingInvalid(
            "CHANCERY_AUDIT_KEY_FILE", str(settings.audit.key), f"a usable file ({error})"
        ) from None


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
