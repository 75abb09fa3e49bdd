"""A worker whose clock is off by FAULTS_CLOCK_OFF seconds: what it signs, stamps and writes.

Run as `python -m tests.faults.skewed_worker STAGE --slot N`. Only the wall clock is wrong, as on a machine that
lost its time server; what waits goes by the clock that never goes back. (libfaketime also bends the timeouts of
Python's locks, and then nothing starts at all.)
"""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime, timedelta, tzinfo

import minio.time

from processors import config
from processors.runtime import main

OFF = float(os.environ["FAULTS_CLOCK_OFF"])


class WrongClock(datetime):
    """`datetime`, but for what time it is now."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> WrongClock:
        return super().now(tz) + timedelta(seconds=OFF)


if __name__ == "__main__":
    right = time.time
    time.time = lambda: right() + OFF
    minio.time.utcnow = lambda: datetime.now(UTC) + timedelta(seconds=OFF)
    vars(main)["datetime"] = WrongClock
    sys.exit(main.run(sys.argv[1], int(sys.argv[3]), config.load()))
