"""The reconciler, as an operator runs it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from processors.cli import COMMANDS
from processors.config import Settings
from tests.live.workers import environment


def reconcile(settings: Settings) -> str:
    """Run `chancery reconcile` over everything, however young; what it printed.

    Skips the test where this version has no reconciler.
    """
    if not any("reconcile" in str(command) for command in COMMANDS):
        pytest.skip("this version has no `chancery reconcile`: what notifications lose stays lost")
    command = [sys.executable, "-m", "processors.cli", "reconcile", "--grace", "0", "--json"]
    done = subprocess.run(command, env=environment(settings), capture_output=True, text=True, check=False)
    # 0: nothing was missing; the other code that is no error says that something was found and announced again.
    assert done.stdout.startswith("{"), f"reconcile ended with {done.returncode}: {done.stderr[-2000:]}"
    return done.stdout
