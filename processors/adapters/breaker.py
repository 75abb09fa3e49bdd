"""A circuit breaker: a server that is dead is not asked again for a while, so that it does not slow every page."""

from __future__ import annotations

import threading
from collections.abc import Callable

from processors.errors import DependencyUnavailable


class Breaker:
    """Counts failures in a row; from `failures` on every call is refused for `seconds`, then one may try.

    Thread-safe.
    """

    def __init__(self, name: str, failures: int, seconds: float, clock: Callable[[], float]) -> None:
        """Start closed.

        Args:
            name: of the server, for the error
            failures: how many in a row open it
            seconds: how long nobody asks then
            clock: seconds, never going back
        """
        self._name = name
        self._most = failures
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._failed = 0
        self._open_until = 0.0

    def enter(self) -> None:
        """Ask to go on; whoever may, must report `worked` or `failed`.

        Raises:
            DependencyUnavailable: the server failed again and again, and it is too early to try again.
        """
        with self._lock:
            if self._failed < self._most:
                return
            now = self._clock()
            if now < self._open_until:
                raise DependencyUnavailable(f"{self._name}: not asked after {self._failed} failures in a row")
            # This caller tries; for the others it stays open until it is known how that went.
            self._open_until = now + self._seconds

    def worked(self) -> None:
        """The server answered."""
        with self._lock:
            self._failed = 0

    def failed(self) -> None:
        """The server did not answer."""
        with self._lock:
            self._failed += 1
            self._open_until = self._clock() + self._seconds
