"""The daemon that keeps the local stack alive: `python -m processors.local.supervisor PLAN`, started by `stack.up`.

Start: Kafka, topics, MinIO, buckets, workers, Airflow. Then whatever ends is started again, in its own slot. Stop,
on SIGTERM: Airflow and workers, MinIO, Kafka. It is one thread, so that its children are tied to its own life and
not to a thread's (see process.py), and it reads no document: all it knows of the pipeline is how a worker is
started.
"""

from __future__ import annotations

import dataclasses
import datetime
import fcntl
import importlib
import os
import signal
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from processors import config
from processors.config import Settings
from processors.local import description, home, making, sameness, state
from processors.local.birth import birth
from processors.local.keeper import Keeper
from processors.local.plan import Plan
from processors.local.process import Process
from processors.local.worker_log import Announcement
from processors.variables import SettingInvalid

#: seconds between two looks at the children
_TICK = 0.1
#: seconds that workers get to finish what they hold, together
WORKER_STOP_SECONDS = 20.0


class _StopRequested(BaseException):
    """SIGTERM or SIGINT arrived; not an Exception, so that no hook's error handling can take it for one."""


class Supervisor:
    """One stack: its servers, its workers, and the state file that describes them."""

    def __init__(self, settings: Settings, plan: Plan) -> None:
        """Prepare; nothing is started yet.

        Raises:
            ProgramMissingError: a server program is not on this machine.
        """
        self._settings = settings
        self._plan = plan
        self._logs = settings.home / "logs"
        self._made = made = making.Making(settings, plan)
        self._kafka, self._minio, self._airflow = made.kafka(), made.minio(), made.airflow()
        self._workers = {
            (stage, slot): Process(
                f"{stage}-{slot}",
                plan.command(stage, slot),
                self._logs / f"{stage}-{slot}.log",
                made.environment(stage),
            )
            for stage, slot in plan.slots()
        }
        self._announced = {worker: Announcement(worker) for worker in self._workers.values()}
        self._keepers: dict[Process, Keeper] = {}
        self._stack = state.Stack(
            supervisor=state.Running(os.getpid(), birth(os.getpid()) or ""),
            phase="starting",
            steps=(),
            kafka=plan.kafka,
            s3=plan.s3,
            database=sameness.without_password(settings.database),
            home=settings.home,
            logs=self._logs,
            started=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            servers={},
            workers=(),
            settings=sameness.open_settings(settings),
            secrets=sameness.digest(settings),
            airflow=self._airflow.endpoint if self._airflow else "",
        )

    def run(self) -> int:
        """Run until asked to stop; returns the exit code of the daemon."""
        signal.signal(signal.SIGTERM, _request_stop)
        signal.signal(signal.SIGINT, _request_stop)
        try:
            self._start()
            while True:
                time.sleep(_TICK)
                self._tick()
        except _StopRequested:
            self._stop()
            state.remove(self._settings.home)
            return 0
        except Exception as error:  # whatever it is, `up` must be able to tell it
            self._stop()
            state.write(state.failed(self._stack, error))
            raise

    def _start(self) -> None:
        plan, settings = self._plan, self._settings
        if self._airflow is not None:
            # Beside the servers' start: it takes as long as they do.
            self._airflow.begin()
        if self._kafka is not None:
            self._step(f"Kafka: starting on {plan.kafka}")
            self._keep(self._kafka.process, self._kafka.start)
            self._kafka.wait_healthy()
        self._step("topics: creating what is missing")
        _function(plan.create_topics)(settings)
        self._made.users_in_kafka()
        if self._minio is not None:
            self._step(f"MinIO: starting on {plan.s3}")
            self._keep(self._minio.process, self._minio.start)
            self._minio.wait_healthy()
        self._step("buckets: setting up")
        _function(plan.set_up_buckets)(settings, settings.notification_arns)
        self._made.users_in_store()
        self._step(f"workers: starting {len(self._workers)}")
        for worker in self._workers.values():
            self._keep(worker, worker.start)
        if self._airflow is not None:
            self._step("Airflow: seeing to its database")
            self._airflow.wait_for_database()
            self._step(f"Airflow: starting on {self._airflow.endpoint}")
            for component in self._airflow.components.values():
                self._keep(component, component.start)
        self._describe(phase="working")

    def _tick(self) -> None:
        happened = [event for keeper in self._keepers.values() if (event := keeper.tick())]
        for event in happened:
            _say(event)
        ready = [self._is_ready(worker) for worker in self._workers.values()]
        if happened or ready != [worker.ready for worker in self._stack.workers]:
            self._describe()
        if self._stack.phase == "working" and all(ready) and self._airflow_is_ready():
            _say("ready")
            self._describe(phase="ready")

    def _airflow_is_ready(self) -> bool:
        if self._airflow is None:
            return True
        before = self._airflow.missing
        ready = self._airflow.ready()
        if self._airflow.missing != before and self._airflow.missing:
            self._step(f"Airflow: waiting for {', '.join(self._airflow.missing)}")
        return ready

    def _stop(self) -> None:
        # From here on a second signal changes nothing: everything below has a time limit of its own.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _say("stopping")
        if self._airflow is not None:
            self._airflow.terminate()
        for worker in self._workers.values():
            worker.terminate()
        deadline = time.monotonic() + WORKER_STOP_SECONDS
        for worker in self._workers.values():
            if not worker.wait(max(0.0, deadline - time.monotonic())):
                _say(f"{worker.name} did not stop in {WORKER_STOP_SECONDS:.0f} s: killed")
                worker.kill()
        if self._airflow is not None:
            self._airflow.wait()
        for server in (self._minio, self._kafka):
            if server is not None:
                server.stop()
        _say("stopped")

    def _keep(self, process: Process, start: Callable[[], None]) -> None:
        self._keepers[process] = Keeper(process.name, process, start, time.monotonic)
        self._keepers[process].start()
        self._describe()

    def _step(self, step: str) -> None:
        _say(step)
        self._describe(steps=(*self._stack.steps, step))

    def _describe(self, **changes: Any) -> None:
        servers = {"kafka": self._kafka and self._kafka.process, "minio": self._minio and self._minio.process}
        servers |= self._airflow.components if self._airflow else {}
        self._stack = dataclasses.replace(
            self._stack,
            servers={
                name: description.server(process, self._keepers[process])
                for name, process in servers.items()
                if process is not None and process in self._keepers
            },
            workers=tuple(
                description.worker(
                    *(worker, self._keepers[worker], stage, slot, self._plan.lanes(stage, slot)),
                    ready=self._is_ready(worker),
                )
                for (stage, slot), worker in self._workers.items()
                if worker in self._keepers
            ),
            **changes,
        )
        state.write(self._stack)

    def _is_ready(self, process: Process) -> bool:
        return process.alive and self._announced[process].heard()


def main(arguments: list[str]) -> int:
    """Run the daemon with settings from the environment and the plan given as the only argument."""
    try:
        settings = config.load()
        # Documents, the ledger and the logs are nobody else's business; children inherit it.
        os.umask(0o077)
        home.prepare(settings.home)
    except SettingInvalid as error:
        _say(str(error))
        return int(error.code or 1)
    # Held for as long as we live, and let go by the kernel however we die: two daemons never share a home.
    with (settings.home / home.LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say(f"another supervisor runs for {settings.home}: run `chancery down` first")
            return 1
        return Supervisor(settings, Plan.from_json(arguments[0])).run()


def _function(name: str) -> Callable[..., None]:
    """The function that "module:function" names; imported late, since it brings the Kafka and S3 clients."""
    module, _, attribute = name.partition(":")
    function: Callable[..., None] = getattr(importlib.import_module(module), attribute)
    return function


def _request_stop(_number: int, _frame: FrameType | None) -> None:
    raise _StopRequested


def _say(line: str) -> None:
    """One line in the supervisor's log, which is our standard error."""
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
    sys.stderr.write(f"{now} {line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
