"""A worker that takes every announcement for the first: the negative control of the claims.

Run as `python -m tests.live.claimless_worker STAGE --slot N`.
"""

from __future__ import annotations

import sys

from processors import config
from processors.events import DocumentId, Origin
from processors.runtime import main
from processors.runtime.claims import Claims


def _take(self: Claims, document: DocumentId, origin: Origin) -> bool:
    return True


if __name__ == "__main__":
    Claims.take = _take  # type: ignore[method-assign]
    stage, _, slot = sys.argv[1:]
    sys.exit(main.run(stage, int(slot), config.load()))
