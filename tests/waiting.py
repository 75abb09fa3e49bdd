"""Waiting for what another process does: at once when all is well, with patience on a busy machine."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

#: seconds; what takes longer than this on a machine that does other work besides does not come at all
PATIENCE = 90.0


def until(met: Callable[[], T | None], what: str, *, seconds: float = PATIENCE, pause: float = 0.05) -> T:
    """The first true answer of `met`, which is asked every `pause` seconds; `what` says what should come.

    Raises:
        AssertionError: it did not come within `seconds`.
    """
    limit = time.monotonic() + seconds
    while not (answer := met()):
        assert time.monotonic() < limit, f"waited {seconds:g} s in vain: {what}"
        time.sleep(pause)
    return answer
