"""A worker whose stage quotes documents, see `quoting_child.py`. Run as `… STAGE --slot N`."""

from __future__ import annotations

import sys
from functools import partial
from typing import Any

from processors import config
from processors.runtime import children, main

if __name__ == "__main__":
    stage, _, slot = sys.argv[1:]
    if stage == "classify":
        ours: Any = main
        ours.child_of = partial(children.child_of, module="tests.live.quoting_child")
    sys.exit(main.run(stage, int(slot), config.load()))
