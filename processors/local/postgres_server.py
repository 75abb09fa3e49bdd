"""A throw-away PostgreSQL cluster in a folder, for tests and for a first look at the production ledger."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import subprocess
from pathlib import Path

from processors.local.environment import inherited
from processors.local.failures import ProgramMissingError, StackError
from processors.local.ports import LOOPBACK
from processors.local.process import Process

#: Debian's and Ubuntu's place, one folder per major version
_DEBIAN = Path("/usr/lib/postgresql")
_USER = "chancery"
START_SECONDS = 30.0
STOP_SECONDS = 15.0


class PostgresServer:
    """A PostgreSQL server on the loopback address. Not for production: it does not wait for the disk."""

    def __init__(self, folder: Path, port: int, log: Path | None = None) -> None:
        """Prepare a cluster in `folder`; the log is `<folder>/postgres.log` unless given.

        Raises:
            ProgramMissingError: PostgreSQL is not on this machine.
        """
        self.folder = folder
        self.port = port
        self._data = folder / "data"
        self._password_file = folder / "password"
        self._programs = programs()
        # No Unix socket: its folder belongs to Debian's own cluster. No fsync: what a killed process wrote is in
        # the page cache all the same, and only a power cut could lose it.
        options = ["-h", LOOPBACK, "-p", str(port), "-c", "unix_socket_directories=", "-c", "fsync=off"]
        self.process = Process(
            "PostgreSQL",
            [str(self._programs / "postgres"), "-D", str(self._data), *options],
            log or folder / "postgres.log",
            inherited("PG", "CHANCERY_"),
            # The "fast" shutdown: a plain SIGTERM waits until every client has gone.
            stop_signal=signal.SIGINT,
            privileges=_lowered(),
        )

    @property
    def url(self) -> str:
        """The SQLAlchemy URL of its database, with the password. Known after the first start."""
        password = self._password_file.read_text(encoding="ascii").strip()
        return f"postgresql+psycopg://{_USER}:{password}@{LOOPBACK}:{self.port}/postgres"

    def start(self) -> None:
        """Start the server and return at once; the first start makes the cluster (about 2 s).

        Raises:
            StackError: the cluster could not be made.
        """
        if not (self._data / "PG_VERSION").exists():
            self._create()
        self.process.start()

    def wait_healthy(self, seconds: float = START_SECONDS) -> None:
        """Wait until the server accepts connections.

        Raises:
            StackError: it ended, or accepted none within `seconds`; the message quotes its log.
        """
        self.process.wait_healthy(self._accepts, seconds)

    def stop(self) -> None:
        """Stop it, cutting its clients off; after 15 s it is killed."""
        self.process.stop(STOP_SECONDS)

    def kill(self) -> None:
        """Kill it and its backends with SIGKILL and wait until they are gone."""
        self.process.kill()

    def _accepts(self) -> bool:
        probe = [str(self._programs / "pg_isready"), "-q", "-h", LOOPBACK, "-p", str(self.port)]
        return subprocess.run(probe, env=inherited("PG", "CHANCERY_"), check=False).returncode == 0

    def _create(self) -> None:
        self._data.mkdir(parents=True, exist_ok=True)
        self._password_file.write_text(secrets.token_urlsafe(24) + "\n", encoding="ascii")
        self._password_file.chmod(0o600)
        prefix = []
        if lowered := _lowered():
            prefix = ["setpriv", *lowered, "--"]
            owner = _other_user()
            os.chown(self._data, owner.pw_uid, owner.pw_gid)
        options = ["--no-sync", "-U", _USER, "-E", "UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256"]
        done = subprocess.run(
            [*prefix, str(self._programs / "initdb"), *options, f"--pwfile={self._password_file}", str(self._data)],
            env=inherited("PG", "CHANCERY_"),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            shutil.rmtree(self._data, ignore_errors=True)
            remedy = f"See whether {self.folder} can be written.\n{done.stderr.strip()}"
            raise StackError("PostgreSQL", "could not make its cluster", remedy)


def programs() -> Path:
    """The folder of PostgreSQL's server programs, of the newest version installed.

    Raises:
        ProgramMissingError: there is none.
    """
    found = sorted(_DEBIAN.glob("*/bin/postgres"), key=lambda path: int(path.parent.parent.name))
    if found:
        return found[-1].parent
    on_path = shutil.which("postgres")
    if on_path is None:
        raise ProgramMissingError("PostgreSQL", "Run `scripts/setup --postgres`, or `apt-get install postgresql`.")
    return Path(on_path).resolve().parent


def _other_user() -> pwd.struct_passwd:
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def _lowered() -> list[str]:
    """How root runs PostgreSQL, which refuses root: options of setpriv; none for other users.

    The other user keeps one capability, passing file permissions: test folders lie under ones that only root may
    enter.
    """
    if os.geteuid() != 0:
        return []
    user = _other_user()
    kept = "-all,+dac_override"
    return [
        f"--reuid={user.pw_uid}",
        f"--regid={user.pw_gid}",
        "--clear-groups",
        f"--inh-caps={kept}",
        f"--ambient-caps={kept}",
        f"--bounding-set={kept}",
    ]
