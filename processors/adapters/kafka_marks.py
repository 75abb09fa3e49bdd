"""The marks that end transactions: records that nobody is handed, and that whoever counts a line counts.

A group that has answered everything would stand before the last mark of each partition for ever: its line never
looks empty, and workers that are scaled by it are never sent home.
"""

from __future__ import annotations

import contextlib
import time
from typing import Any

from kafka import TopicPartition
from kafka.errors import KafkaError
from kafka.structs import OffsetAndMetadata

#: A line looks longer than it is for so many seconds at most; nothing is told where nothing moved.
EVERY_SECONDS = 30.0


class Marks:
    """Tells Kafka how far a consumer has come, once it has nothing to do."""

    def __init__(self, consumer: Any) -> None:
        """Of this consumer, whose group counts on nobody else to tell positions behind marks."""
        self._consumer, self._looked = consumer, time.monotonic()
        self._told: dict[TopicPartition, int] = {}

    def settle(self) -> None:
        """Call it where nothing that was handed out is open: all before the positions is answered then."""
        if time.monotonic() - self._looked < EVERY_SECONDS:
            return
        self._looked = time.monotonic()
        # A rebalance may come between; then the next look tells, and it is no outage.
        with contextlib.suppress(KafkaError):
            at = {partition: self._consumer.position(partition) for partition in self._consumer.assignment()}
            moved = {
                one: offset for one, offset in at.items() if offset is not None and offset != self._told.get(one)
            }
            if moved:
                self._consumer.commit({one: OffsetAndMetadata(offset, "", -1) for one, offset in moved.items()})
                self._told |= moved
