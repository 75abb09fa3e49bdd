"""The negative control of announcements: a worker that takes every announcement for the first.

Run as `python -m tests.faults.gullible_worker STAGE --slot N`.
"""

from __future__ import annotations

import sys

from processors import config
from processors.runtime import arrival, main

if __name__ == "__main__":
    arrival.claim = lambda *_: True
    sys.exit(main.run(sys.argv[1], int(sys.argv[3]), config.load()))
