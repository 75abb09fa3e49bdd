"""A worker whose child dies over some documents, see `crashing_child.py`.

Run as `… [alike] STAGE --slot N`; with the word, all failures count alike for its brake, whosever they are.
"""

from __future__ import annotations

import sys
from functools import partial
from typing import Any

from processors import config
from processors.runtime import brake, children, main

if __name__ == "__main__":
    *alike, stage, _, slot = sys.argv[1:]
    if alike:
        weak: Any = brake.Brake
        weak.pulled = property(lambda self: brake._broken(self._latest, brake.LEAST))
    ours: Any = main
    ours.child_of = partial(children.child_of, module="tests.live.crashing_child")
    sys.exit(main.run(stage, int(slot), config.load()))
