"""A deadline on calls that may never return.

kafka-python 3.0.12 can hang for ever in `commit_transaction()` after a broker outage: `await_ready()` raises where
the sender expects False, and the already dequeued EndTxn is lost. `adapters/kafka_patches.py` mends the cause; this
is the net below it. Killing the process at any point of a transaction is safe: the broker aborts it, and the next
process in the same slot reads the records again (the fault tests show it at every fail point).
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

#: EX_SOFTWARE: the supervisor starts the slot again.
EXIT_HUNG = 70


@contextmanager
def deadline(seconds: float, what: str) -> Iterator[None]:
    """End this process with exit code 70 if the `with` block takes longer than `seconds`."""

    def expire() -> None:
        sys.stderr.write(f'{{"event": "deadline_passed", "what": "{what}", "seconds": {seconds}}}\n')
        sys.stderr.flush()
        os._exit(EXIT_HUNG)

    timer = threading.Timer(seconds, expire)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
