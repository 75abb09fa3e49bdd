"""Reading topics to their ends: silence alone does not tell that there is nothing more."""

from __future__ import annotations

from collections.abc import Iterator

from processors.adapters.kafka_partitions import Gap, KafkaPartitions
from processors.adapters.kafka_reader import KafkaReader
from processors.ports import Incoming
from tests.waiting import until


def to_the_end(reader: KafkaReader | KafkaPartitions, seconds: float = 120) -> Iterator[Incoming]:
    """Everything that was written before now.

    Raises:
        AssertionError: it is not readable in time: a transaction is still open, or the broker is away; or records
            are gone.
    """
    found = list(reader.poll(4))  # the topics of the pattern are found within 3 s
    consumer = reader._consumer
    ends = consumer.end_offsets(list(consumer.assignment()))

    def is_read() -> bool:
        if all(consumer.position(partition) >= end for partition, end in ends.items()):
            return True
        found.extend(reader.poll(0.5))
        return False

    until(is_read, "the topics can be read to their ends", seconds=seconds, pause=0)
    for one in found:
        assert not isinstance(one, Gap), one
        yield one
