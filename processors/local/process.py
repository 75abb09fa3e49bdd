"""A child process with a log: started, watched, stopped, killed, and never left behind.

Each child leads a process group of its own, so that Ctrl-C in a terminal does not reach it and whatever it started
can be killed with it. `setpriv --pdeathsig KILL` ties it to us: when we die, also by kill -9, the kernel kills it.
Kill and not terminate, because a server that takes seconds to shut down would still hold its ports and its data
folder when the next `chancery up` starts; every part of Chancery is built to survive a kill at any point.
The kernel sends that signal when the *thread* that started the child ends: start children from the main thread.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from processors.local.birth import birth
from processors.local.failures import StackError
from processors.local.logs import open_log

#: seconds between two looks at a process that should end
_POLL = 0.02
#: seconds between two looks at a server that should serve soon
_POLL_HEALTH = 0.05


class Process:
    """One child process that can be started again and again under the same name and log."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        log: Path,
        environment: Mapping[str, str],
        *,
        stop_signal: signal.Signals = signal.SIGTERM,
        privileges: Sequence[str] = (),
    ) -> None:
        """Keep what is needed to start it; `privileges` are options of setpriv (user, capabilities)."""
        self.name = name
        self.log = log
        self._command = list(command)
        self._environment = dict(environment)
        self._stop_signal = stop_signal
        self._privileges = list(privileges)
        self._popen: subprocess.Popen[bytes] | None = None
        #: see birth.py; "" before the first start
        self.born = ""
        #: where in the log the latest start begins
        self.log_from = 0

    @property
    def pid(self) -> int:
        """The process id of the latest start.

        Raises:
            RuntimeError: it was never started.
        """
        if self._popen is None:
            raise RuntimeError(f"{self.name} was not started.")
        return self._popen.pid

    @property
    def exit_code(self) -> int | None:
        """How the latest start ended: exit status, or minus the signal. None while it runs or before."""
        return None if self.alive or self._popen is None else self._popen.returncode

    @property
    def alive(self) -> bool:
        """Whether it runs. The first look after its end also kills what it left behind in its group."""
        popen = self._popen
        if popen is None or popen.returncode is not None:
            return False
        # Look without reaping: as long as the dead leader is not reaped its number cannot go to another process,
        # so the group that we kill is surely ours.
        if os.waitid(os.P_PID, popen.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            return True
        self._kill_group(popen)
        return False

    def start(self) -> None:
        """Start it and return at once.

        Raises:
            StackError: it runs already, or the program cannot be executed.
        """
        if self.alive:
            raise StackError(self.name, "runs already", "Stop it first.", self.log)
        tie = shutil.which("setpriv")
        prefix = [tie, "--pdeathsig", "KILL", *self._privileges, "--"] if tie else []
        log = open_log(self.log)
        self.log_from = os.fstat(log).st_size
        try:
            self._popen = subprocess.Popen(
                prefix + self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment,
                start_new_session=True,
            )
        except OSError as error:
            raise StackError(
                self.name, f"could not be executed ({error.strerror})", "Run `chancery doctor`."
            ) from error
        finally:
            os.close(log)
        self.born = birth(self._popen.pid) or ""

    def terminate(self) -> None:
        """Ask it to stop, and return at once."""
        self.send(self._stop_signal)

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the process itself (not its group), if it runs."""
        if self.alive:
            os.kill(self.pid, number)

    def wait(self, seconds: float) -> bool:
        """Wait until it has ended; False if it still runs after `seconds`."""
        # Not Popen.wait: that reaps the leader before its group could be killed safely (see `alive`).
        deadline = time.monotonic() + seconds
        while self.alive:
            if time.monotonic() >= deadline:
                return False
            time.sleep(_POLL)
        return True

    def wait_healthy(self, healthy: Callable[[], bool], seconds: float) -> None:
        """Wait until `healthy` says that it serves.

        Raises:
            StackError: it ended, or did not serve within `seconds`; the message quotes its log.
        """
        deadline = time.monotonic() + seconds
        while not healthy():
            if not self.alive:
                ended = f"ended with exit code {self.exit_code} before it served"
                raise StackError(self.name, ended, "The cause stands in its log.", self.log)
            if time.monotonic() > deadline:
                late = f"did not serve within {seconds:.0f} s"
                raise StackError(self.name, late, "The cause stands in its log.", self.log)
            time.sleep(_POLL_HEALTH)

    def stop(self, seconds: float = 20.0) -> None:
        """Ask it to stop, wait for `seconds`, then kill it and all that it started."""
        self.terminate()
        if not self.wait(seconds):
            self.kill()

    def kill(self) -> None:
        """Kill it and its group with SIGKILL and wait until it is gone."""
        if self._popen is not None and self._popen.returncode is None:
            self._kill_group(self._popen)

    @staticmethod
    def _kill_group(popen: subprocess.Popen[bytes]) -> None:
        # PermissionError: a group whose members are all dead already, on some kernels.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(popen.pid, signal.SIGKILL)
        popen.wait()
