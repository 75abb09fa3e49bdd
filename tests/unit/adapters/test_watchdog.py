"""A call that never returns ends its process, and a call that returns does not."""

from __future__ import annotations

import subprocess
import sys

import pytest

from processors.adapters.watchdog import EXIT_HUNG, deadline

HANGS = """
import threading
from processors.adapters.watchdog import deadline
with deadline(0.05, "commit"):
    threading.Event().wait()
"""


def test_a_call_that_hangs_ends_the_process_and_says_which() -> None:
    ended = subprocess.run([sys.executable, "-c", HANGS], capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == EXIT_HUNG
    assert '"what": "commit"' in ended.stderr


def test_a_call_that_returns_or_raises_takes_its_deadline_with_it() -> None:
    import threading

    before = threading.active_count()
    with deadline(60, "quick"):
        pass
    with pytest.raises(KeyError), deadline(60, "raises"):
        raise KeyError
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            thread.join(5)
    assert threading.active_count() <= before
