"""A worker that yields: itself, its session, and what it starts, in that session or in one of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from processors.runtime import priority

pytestmark = pytest.mark.skipif(os.nice(0) > 0, reason="started by somebody who yields already")

_SAYS = """
import os, subprocess, sys
from pathlib import Path
from processors.runtime import priority

def of_session(pid):
    group = Path(f"/proc/{pid}/autogroup")
    return group.read_text().split()[-1] if group.exists() else str(os.nice(0))

if sys.argv[1] == "yields":
    priority.yield_to_others()
child = subprocess.run(["nice"], capture_output=True, text=True, check=True)
with subprocess.Popen(["sleep", "60"], start_new_session=True) as other:
    priority.hand_down(other.pid)
    print(os.nice(0), of_session("self"), child.stdout.strip(), of_session(other.pid))
    other.kill()
"""


@pytest.mark.parametrize(("does", "nice"), [("yields", "10"), ("does not", "0")])
def test_it_its_children_and_their_sessions_come_behind(does: str, nice: str) -> None:
    told = subprocess.run(
        [sys.executable, "-c", _SAYS, does], capture_output=True, text=True, check=True, start_new_session=True
    )
    assert told.stdout.split() == [nice] * 4


def test_a_session_of_others_is_left_as_it_is() -> None:
    """Started in our session, as from a terminal, it lowers itself and what it starts."""
    told = subprocess.run([sys.executable, "-c", _SAYS, "yields"], capture_output=True, text=True, check=True)
    own, session, child, theirs = told.stdout.split()
    assert (own, child, theirs) == ("10", "10", "10")
    assert session in ("0", "10"), "10 where sessions are not told apart"


def test_a_session_that_is_gone_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.nice", lambda _: 10)
    with subprocess.Popen(["true"]) as gone:
        gone.wait()
    assert not Path(f"/proc/{gone.pid}").exists()
    priority.hand_down(gone.pid)
