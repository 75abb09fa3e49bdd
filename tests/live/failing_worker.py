"""A worker whose stage fails while a file of the name FAIL lies in its home.

Run as `python -m tests.live.failing_worker STAGE --slot N`.
"""

from __future__ import annotations

import sys
from typing import Any

from processors import config
from processors.errors import StageFailed
from processors.runtime import main
from processors.runtime.workbench import Child
from processors.stage import Outcome, Work

_run = Child.run


def _failing(child: Child, work: Work) -> Outcome:
    if (config.load().home / "FAIL").exists():
        raise StageFailed("told to")
    return _run(child, work)


if __name__ == "__main__":
    ours: Any = Child
    ours.run = _failing
    stage, _, slot = sys.argv[1:]
    sys.exit(main.run(stage, int(slot), config.load()))
