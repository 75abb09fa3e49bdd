"""A worker that its group gives up after seconds instead of half a minute, so that a freeze can be tested.

Run as `python -m tests.faults.quick_worker [leaky] STAGE --slot N`; leaky is the negative control: no transactions,
and no question whether the partition was given away meanwhile.
"""

from __future__ import annotations

import sys

from processors import config, pipeline
from processors.adapters import kafka_membership
from processors.config import Settings
from processors.events import Origin
from processors.runtime import main
from tests.faults.leaky_worker import LeakyLog

SESSION_SECONDS = 6


class BlindLog(LeakyLog):
    """At least once, and sure that everything is its own."""

    def owned(self, origin: Origin) -> bool:
        return True


def blind_log(settings: Settings, row: pipeline.StageRow, slot: int) -> BlindLog:
    return BlindLog(
        settings.kafka, group=row.name, slot=slot, topics=row.reads, batch=row.batch, prefix=settings.prefix
    )


if __name__ == "__main__":
    *leaky, stage, _, slot = sys.argv[1:]
    kafka_membership._SESSION_TIMEOUT_MS = SESSION_SECONDS * 1000
    sys.exit(main.run(stage, int(slot), config.load(), blind_log if leaky else None))
