"""Progress on standard error: a line that changes where somebody watches, else a line now and then."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from rich.console import Console

#: A log needs to show that something happens, not each of a thousand steps.
_SECONDS_BETWEEN = 15.0


class Progress:
    """Called with what is done now; quiet at its end."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._status = self._console.status("starting") if self._console.is_terminal else None
        self._began = time.monotonic()
        self._last = 0.0
        self._heading = ""

    def __call__(self, words: str) -> None:
        """Say what is done now."""
        now = time.monotonic()
        if self._status is not None:
            self._status.update(f"{words} ({now - self._began:.0f} s)")
        # What is before the comma is a new chapter, which every reader wants to know of.
        elif now - self._last >= _SECONDS_BETWEEN or words.partition(",")[0] != self._heading:
            self._console.print(f"{now - self._began:5.0f} s  {words}", highlight=False)
            self._last, self._heading = now, words.partition(",")[0]

    def __enter__(self) -> Self:
        if self._status is not None:
            self._status.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._status is not None:
            self._status.stop()
