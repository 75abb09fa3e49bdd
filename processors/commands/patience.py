"""Waiting out a server that is away: those of the local stack come back in seconds."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from processors.errors import DependencyUnavailable

T = TypeVar("T")

#: Seconds for one thing that needs a server: three times what a restart takes.
PATIENCE = 15.0
_PERIOD = 0.5


def patiently(
    ask: Callable[[], T],
    seconds: float = PATIENCE,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> T:
    """What `ask` returns. It is called again while a server is away, and at least once.

    Raises:
        DependencyUnavailable: the server was away all the time.
    """
    deadline = clock() + seconds
    while True:
        try:
            return ask()
        except DependencyUnavailable:
            if clock() >= deadline:
                raise
        sleep(min(_PERIOD, max(0.0, deadline - clock())))
