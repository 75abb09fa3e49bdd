"""Keeps one child process alive: starts it again when it ends, waiting longer each time it fails at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from processors.local.failures import StackError

#: EX_CONFIG: the child's settings cannot be used, and will not be at its next start either
EXIT_BAD_SETTING = 78


class Child(Protocol):
    """What a keeper needs of a process."""

    @property
    def alive(self) -> bool:
        """Whether it runs."""

    @property
    def exit_code(self) -> int | None:
        """How the latest start ended; minus the signal's number if a signal ended it."""


@dataclass(frozen=True)
class Backoff:
    """How long to wait before a restart: `first` seconds, doubling up to `longest`.

    A child that lived for `healthy_after` seconds is taken to have worked: its next failure waits `first` again.
    """

    first: float = 0.2
    longest: float = 5.0
    healthy_after: float = 30.0

    def delay(self, failures: int) -> float:
        """Seconds before the next start after `failures` (1 or more) short lives in a row."""
        # The exponent is bounded, since a child may fail for weeks and 2.0**1024 overflows.
        return min(self.longest, self.first * 2.0 ** min(failures - 1, 16))


class Keeper:
    """Watches one child; `tick` is called again and again and does whatever is due."""

    def __init__(
        self,
        name: str,
        child: Child,
        start: Callable[[], None],
        clock: Callable[[], float],
        backoff: Backoff | None = None,
    ) -> None:
        """Watch `child`, which `start` starts (at first and again); `clock` counts seconds and never goes back."""
        self.name = name
        self._child = child
        self._start = start
        self._clock = clock
        self._backoff = backoff or Backoff()
        self._started = 0.0
        self._failures = 0
        #: when the next start is due; None while the child is taken to run
        self._due: float | None = None
        #: starts after the first one
        self.restarts = 0
        #: how often it ended, and when it did the last time, by the clock
        self.ends = 0
        self.ended: float | None = None
        #: how the child ended the last time; None if it never did
        self.last_exit: int | None = None
        #: it is not started again
        self.given_up = False

    def start(self) -> None:
        """Start the child for the first time."""
        self._started = self._clock()
        self._start()

    def tick(self) -> str | None:
        """Notice an end, or start again when the wait is over; returns what happened, in words, or None."""
        now = self._clock()
        if self._due is not None:
            if now < self._due:
                return None
            self._due = None
            self._started = now
            self.restarts += 1
            try:
                self._start()
            except StackError as error:
                # Taken for a short life: the next tick sees it dead and waits longer.
                return f"{self.name} could not be started again: {error.happened}"
            return f"{self.name} started again"
        return None if self._child.alive or self.given_up else self._after_end(now)

    def _after_end(self, now: float) -> str:
        lived = now - self._started
        self.ends += 1
        self.ended = now
        self.last_exit = self._child.exit_code
        if self.last_exit == EXIT_BAD_SETTING:
            self.given_up = True
            return (
                f"{self.name} ended with exit code {self.last_exit}: its settings cannot be used; not started again"
            )
        self._failures = 1 if lived >= self._backoff.healthy_after else self._failures + 1
        delay = self._backoff.delay(self._failures)
        self._due = now + delay
        return f"{self.name} ended with exit code {self.last_exit} after {lived:.1f} s; next start in {delay:.1f} s"
