"""A stack of the benchmark's own: real Kafka, real MinIO, every worker, in a temporary folder, gone afterwards."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.cpu import Part
from processors import config
from processors.config import Settings
from processors.local import stack
from processors.local.plan import WORKERS
from processors.local.stack import Stack

AGENCY = "bench"
#: Who else may run on this machine is none of our business: these would lead us there.
_NOT_OURS = ("CHANCERY_KAFKA", "CHANCERY_S3", "CHANCERY_DATABASE", "CHANCERY_PREFIX", "CHANCERY_FAIL_POINTS")
#: A benchmark may share its machine while its workers start; what it measures comes later.
_WORKERS_SECONDS = 300.0


@dataclass(frozen=True)
class ThrowAway:
    """A running stack that nobody else uses."""

    settings: Settings
    stack: Stack

    @property
    def chancery(self) -> tuple[Part, ...]:
        """The supervisor and every worker with its child."""
        workers = [Part(worker.stage, worker.pid) for worker in self.stack.workers]
        # The supervisor's tree would be everything, the servers included.
        return (Part("supervisor", self.stack.supervisor.pid, whole_tree=False), *workers)

    @property
    def servers(self) -> tuple[Part, ...]:
        """Kafka and MinIO."""
        return tuple(Part(name, server.pid) for name, server in self.stack.servers.items())

    def check(self) -> None:
        """See that the processes are still those that were started.

        Raises:
            RuntimeError: one was started again, so that readings before and after it cannot be compared.
        """
        now = stack.running(self.settings.home)
        if now is None or [w.pid for w in now.workers] != [w.pid for w in self.stack.workers]:
            raise RuntimeError(f"a worker ended while it was measured; logs: {self.stack.logs}")


@contextmanager
def throw_away(say: Callable[[str], None], workers: Mapping[str, int] = WORKERS) -> Iterator[ThrowAway]:
    """Start a stack; stop it and remove what it stored at the end, whatever happens."""
    with tempfile.TemporaryDirectory(prefix="chancery-bench-") as folder:
        environment = {name: value for name, value in os.environ.items() if name not in _NOT_OURS}
        home = Path(folder, "home")
        settings = config.load(environment | {"CHANCERY_HOME": str(home), "CHANCERY_AGENCIES": AGENCY})
        try:
            started = stack.up(settings, workers=workers, on_step=say, workers_seconds=_WORKERS_SECONDS)
            yield ThrowAway(stack.connected(settings, started), started)
        finally:
            stack.down(settings, wipe=True)
