"""Real worker processes for tests: one or more a stage, started again when they die, as the supervisor does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from processors.config import Settings

ALL = ("intake", "ocr", "classify", "extract", "publish", "record", "audit")


def environment(settings: Settings) -> dict[str, str]:
    """The variables by which a worker finds this installation."""
    return {k: v for k, v in os.environ.items() if not k.startswith("CHANCERY_")} | {
        "CHANCERY_KAFKA": settings.kafka,
        "CHANCERY_S3": settings.s3.endpoint,
        "CHANCERY_S3_ACCESS_KEY": settings.s3.access_key,
        "CHANCERY_S3_SECRET_KEY": settings.s3.secret_key,
        "CHANCERY_DATABASE": settings.database,
        "CHANCERY_HOME": str(settings.home),
        "CHANCERY_PREFIX": settings.prefix,
        "CHANCERY_AGENCIES": ",".join(settings.agencies),
        "CHANCERY_MOST_PARTITIONS": str(settings.most_partitions),
        "CHANCERY_NOTIFICATION_ARNS": ",".join(settings.notification_arns),
        "CHANCERY_WORK_SECONDS": "60",
        "CHANCERY_AUDIT_KEY_FILE": str(settings.audit.key),
        "CHANCERY_AUDIT_SECONDS": str(settings.audit.seconds),
        "CHANCERY_AUDIT_CHAINS": str(settings.audit.chains),
        "OMP_THREAD_LIMIT": "1",
        "PYTHONWARNINGS": "ignore",
    }


@dataclass
class Workers:
    """Worker processes by (stage, slot)."""

    settings: Settings
    logs: Path
    command: Sequence[str] = (sys.executable, "-m", "processors.cli", "worker")
    extra: Mapping[str, str] = field(default_factory=dict)
    #: more variables for each start of a worker, by stage and slot
    each: Callable[[str, int], Mapping[str, str]] = lambda stage, slot: {}
    processes: dict[tuple[str, int], subprocess.Popen[bytes]] = field(default_factory=dict)
    #: how often a worker died and was started again
    deaths: list[tuple[str, int, int]] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)
    _watcher: threading.Thread | None = None

    def start(self, stage: str, slot: int = 0) -> None:
        """Start one worker."""
        with (self.logs / f"{stage}-{slot}.log").open("ab") as log:
            self.processes[stage, slot] = subprocess.Popen(
                [*self.command, stage, "--slot", str(slot)],
                env={**environment(self.settings), **self.extra, **self.each(stage, slot)},
                stdout=log,
                stderr=log,
            )

    def watch(self) -> None:
        """Start again what dies, from now on until `stop`, in a thread of its own."""
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    def _watch(self) -> None:
        while not self._over.wait(0.1):
            for (stage, slot), process in list(self.processes.items()):
                code = process.poll()
                if code not in (None, 0):
                    self.deaths.append((stage, slot, code))
                    self.start(stage, slot)

    def kill(self, stage: str, slot: int = 0) -> None:
        """kill -9."""
        self.processes[stage, slot].send_signal(signal.SIGKILL)

    def stop(self) -> dict[str, int]:
        """SIGTERM to all; their exit codes, by stage."""
        self._over.set()
        if self._watcher is not None:
            self._watcher.join()  # or it starts again a worker of which nobody below would know
        for process in self.processes.values():
            process.terminate()
        codes = {}
        for (stage, _), process in self.processes.items():
            try:
                codes[stage] = process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                codes[stage] = process.wait()
        return codes


@contextmanager
def workers(
    settings: Settings,
    stages: Sequence[str] = ALL,
    *,
    command: Sequence[str] = Workers.command,
    extra: Mapping[str, str] | None = None,
    each: Callable[[str, int], Mapping[str, str]] | None = None,
) -> Iterator[Workers]:
    """The stages' workers, running; stopped at the end."""
    logs = settings.home / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    group = Workers(settings, logs, command, extra or {})
    group.each = each or group.each
    try:
        for stage in stages:
            group.start(stage)
        group.watch()
        yield group
    finally:
        group.stop()
