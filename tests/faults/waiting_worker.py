"""A worker that stops between its answers and their commit until a test lets it go on: a cut falls just there.

Run as `python -m tests.faults.waiting_worker [unpatched] STAGE --slot N`; unpatched is the negative control:
without the repair of the client, and with a deadline that never passes.
"""

from __future__ import annotations

import sys
import time

from kafka.net.compat import KafkaNetClient

from processors import config, pipeline
from processors.adapters import kafka_log, kafka_patches
from processors.adapters.kafka_log import KafkaLog
from processors.config import Settings
from processors.fail_points import Point
from processors.runtime import main

#: Made by the worker in CHANCERY_HOME when it stands before its first commit.
ARRIVED = "before-commit"
#: Made by the test there: go on.
GO_ON = "go-on"


def waiting_log(settings: Settings, row: pipeline.StageRow, slot: int) -> KafkaLog:
    def wait(point: Point) -> None:
        if point == "in_transaction" and not (settings.home / ARRIVED).exists():
            (settings.home / ARRIVED).touch()
            while not (settings.home / GO_ON).exists():
                time.sleep(0.02)

    return KafkaLog(
        settings.kafka, group=row.name, slot=slot, topics=row.reads, batch=row.batch, prefix=settings.prefix,
        fail_point=wait,
    )  # fmt: skip


if __name__ == "__main__":
    *unpatched, stage, _, number = sys.argv[1:]
    if unpatched:
        KafkaNetClient.await_ready = kafka_patches._await_ready
        kafka_log._COMMIT_SECONDS = 3_600.0
    sys.exit(main.run(stage, int(number), config.load(), waiting_log))
