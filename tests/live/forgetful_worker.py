"""A worker that repeats the end of a packet without what was announced with it: for the control of cutting.

Run as `python -m tests.live.forgetful_worker STAGE --slot N`.
"""

from __future__ import annotations

import sys

from processors import config
from processors.runtime import main
from processors.runtime.codec import decode
from processors.runtime.ending import Ending

if __name__ == "__main__":
    name, _, slot = sys.argv[1:]
    Ending._told = lambda self, claim: (self._publish(decode(claim["end"].encode())),)  # type: ignore[method-assign]
    sys.exit(main.run(name, int(slot), config.load()))
