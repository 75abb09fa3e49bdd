"""The negative control: a worker that sends its results and then commits its position, without a transaction.

Run as `python -m tests.faults.leaky_worker STAGE --slot N`. The fault tests must fail with it, or prove nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from kafka import KafkaProducer
from kafka.structs import OffsetAndMetadata

from processors import config, pipeline
from processors.adapters.kafka_log import KafkaLog
from processors.config import Settings
from processors.fail_points import fail_points
from processors.ports import Incoming, Outgoing
from processors.runtime import main


class LeakyLog(KafkaLog):
    """At least once."""

    def commit(self, outputs: Sequence[Outgoing], done: Sequence[Incoming]) -> None:
        for output in outputs:
            self._producer.send(self._prefix + output.topic, key=output.key, value=output.value)
        self._producer.flush()
        self._fail_point("in_transaction")
        positions = {self._partition(i.origin): OffsetAndMetadata(i.origin.offset + 1, "", -1) for i in done}
        self._consumer.commit(positions)
        finished = {incoming.origin for incoming in done}
        self._seek([incoming for incoming in self._open if incoming.origin not in finished])

    def _new_producer(self) -> Any:
        return KafkaProducer(acks="all", **self._client)


def leaky_log(settings: Settings, row: pipeline.StageRow, slot: int) -> LeakyLog:
    return LeakyLog(
        settings.kafka, group=row.name, slot=slot, topics=row.reads, batch=row.batch, prefix=settings.prefix,
        fail_point=fail_points(row.name, settings.fail_points),
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main.run(sys.argv[1], int(sys.argv[3]), config.load(), leaky_log))
