"""Airflow on the loopback address: its database, and its four components as processes of their own.

Not `airflow standalone`: that cannot leave out the servers of task logs, which listen on every address, and its
components could be neither watched nor killed one by one.
"""

from __future__ import annotations

import http.client
import sys
import time
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path

from processors.config import PACKAGE
from processors.local import airflow_rest
from processors.local.airflow_home import AirflowHome
from processors.local.failures import ProgramMissingError
from processors.local.ports import LOOPBACK
from processors.local.process import Process
from processors.orchestration.pools import POOLS

COMMAND = (sys.executable, "-m", "airflow")
#: Logs of tasks are read from this machine's disk; their servers would listen on every address.
_COMPONENTS: Mapping[str, Sequence[str]] = {
    "api-server": (),
    "scheduler": ("--skip-serve-logs",),
    "dag-processor": (),
    "triggerer": ("--skip-serve-logs",),
}
#: of the extras `airflow` and `console`
_PACKAGES = ("apache-airflow", "apache-airflow-providers-standard", "python-multipart", "uvicorn")
#: seconds; 4 to 12 where nothing else works
_MIGRATE_SECONDS = 180.0
#: seconds that the components get to stop, together: 11 to 25 in trials, and tasks may be at work
STOP_SECONDS = 30.0
#: seconds between two questions whether it is healthy
_PERIOD = 1.0


class AirflowServer:
    """The components, and what they share."""

    def __init__(
        self,
        home: Path,
        port: int,
        logs: Path,
        environment: Mapping[str, str],
        command: Sequence[str] = COMMAND,
    ) -> None:
        """Prepare; makes passwords and keys at the first time.

        Args:
            home: of the stack
            port: of the pages and the API
            logs: folder
            environment: a worker's: what tasks and the console need
            command: how Airflow is called; others for tests
        """
        self._home = AirflowHome(home)
        self.endpoint = f"{LOOPBACK}:{port}"
        kept = {name: value for name, value in environment.items() if not name.startswith("AIRFLOW")}
        paths = [str(PACKAGE.parent), *filter(None, [kept.get("PYTHONPATH")])]
        shared = kept | self._home.environment(port) | {"PYTHONPATH": ":".join(paths)}
        if not kept.get("CHANCERY_CONSOLE_USERS"):
            shared["CHANCERY_CONSOLE_USERS"] = str(self._home.console_users)
        self._migration = Process(
            "Airflow's database", [*command, "db", "migrate"], logs / "airflow-database.log", shared
        )
        self.components = {
            f"airflow-{name}": Process(
                f"airflow-{name}", [*command, name, *options], logs / f"airflow-{name}.log", shared
            )
            for name, options in _COMPONENTS.items()
        }
        self._asked = 0.0
        self._settled = False
        #: what was not healthy when it was last asked
        self.missing: tuple[str, ...] = tuple(_COMPONENTS)

    def begin(self) -> None:
        """Start making the database, or bringing it to this version, where it is not; returns at once."""
        if not self._marker.exists():
            self._migration.start()

    def wait_for_database(self) -> None:
        """Wait until the database can be used.

        Raises:
            StackError: it cannot; the message quotes its log.
        """
        if self._marker.exists():
            return
        self._migration.wait_healthy(lambda: self._migration.exit_code == 0, _MIGRATE_SECONDS)
        self._marker.touch()

    def ready(self) -> bool:
        """Whether all components have reported themselves healthy once since our start, and the pools are made.

        Raises:
            StackError: Airflow does not let us make the pools.
        """
        if not self._settled and time.monotonic() - self._asked >= _PERIOD:
            self._asked = time.monotonic()
            self.missing = airflow_rest.unhealthy(self.endpoint)
            if not self.missing:
                self._settle()
        return self._settled

    def stop(self) -> None:
        """Ask all to stop, wait, then kill what is left."""
        self.terminate()
        self.wait()

    def terminate(self) -> None:
        """Ask all to stop, and return at once."""
        for process in (self._migration, *self.components.values()):
            process.terminate()

    def wait(self) -> None:
        """Wait until all have ended; whatever has not after 30 s is killed."""
        deadline = time.monotonic() + STOP_SECONDS
        for process in (self._migration, *self.components.values()):
            if not process.wait(max(0.0, deadline - time.monotonic())):
                process.kill()

    @property
    def _marker(self) -> Path:
        """There when the database is of this version: asking Airflow costs 8 s of processor time."""
        return self._home.folder / f"database-{metadata.version('apache-airflow')}"

    def _settle(self) -> None:
        try:
            signed = airflow_rest.token(self.endpoint, "admin", self._home.password("admin"))
            for name, pool in POOLS.items():
                airflow_rest.make_pool(self.endpoint, signed, name, pool.slots, pool.description)
        except (OSError, http.client.HTTPException, ValueError):
            return  # it was killed meanwhile: asked again at the next look
        self._settled = True


def must_be_installed() -> None:
    """See that Airflow and what serves the console are there.

    Raises:
        ProgramMissingError: one is not.
    """
    try:
        for name in _PACKAGES:
            metadata.version(name)
    except metadata.PackageNotFoundError as error:
        raise ProgramMissingError(
            f"Airflow ({error.name})", "Run `scripts/setup --extra airflow --extra console`."
        ) from error
