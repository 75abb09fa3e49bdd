"""A file whose age tells whoever watches a worker from outside, such as a probe, that its loop goes round."""

from __future__ import annotations

import contextlib
import threading
import time
from pathlib import Path

#: The age is looked at in minutes; touching the file for each document would be work for nothing.
_EVERY_SECONDS = 1.0


class Pulse(threading.Event):
    """The flag that stops a worker: its loop asks for it at every turn, and that touches the file.

    A worker that waits for a server goes round as well: it must not be ended for that. One that hangs in a call
    asks nothing, and what its other threads ask does not count. The file is not there until the loop begins, behind
    the loading of models and the first word to Kafka, so that it also tells when a start is over.
    """

    def __init__(self, file: Path) -> None:
        """Made by the thread whose loop is watched; removes what a predecessor left.

        Args:
            file: in a folder that is made if need be
        """
        super().__init__()
        # A folder that nobody may write in is the stage's to complain of.
        with contextlib.suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.unlink(missing_ok=True)
        self._file, self._thread, self._touched = file, threading.get_ident(), float("-inf")

    def is_set(self) -> bool:
        """Whether to stop."""
        now = time.monotonic()
        if threading.get_ident() == self._thread and now - self._touched >= _EVERY_SECONDS:
            self._touched = now
            # A full disk must not end a worker; its age tells of a file that cannot be made.
            with contextlib.suppress(OSError):
                self._file.touch()
        return super().is_set()
