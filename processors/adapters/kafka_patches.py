"""Repairs of kafka-python 3.0.12, each with its reason. Imported for its effect by the Kafka adapters."""

from typing import Any

from kafka.consumer.fetcher import Fetcher
from kafka.errors import KafkaConnectionError
from kafka.net.compat import KafkaNetClient

_await_ready = KafkaNetClient.await_ready


def _false_when_not_connected(client: Any, *args: Any, **kwargs: Any) -> bool:
    """The sender expects False while a node is away; the original raises, and a dequeued EndTxn is lost."""
    try:
        return bool(_await_ready(client, *args, **kwargs))
    except KafkaConnectionError:
        return False


KafkaNetClient.await_ready = _false_when_not_connected


_fetched_records = Fetcher.fetched_records


def _without_an_empty_batch_in_the_way(fetcher: Any, *args: Any, **kwargs: Any) -> Any:
    """Records of a partition that was paused are parked, and come back only while no batch is in line.

    The original takes a batch that is used up for one in line. If no other partition ever has anything, what is
    parked is never handed out, and its partition is never fetched again.
    """
    if not fetcher._next_partition_records:
        fetcher._next_partition_records = None
    return _fetched_records(fetcher, *args, **kwargs)


Fetcher.fetched_records = _without_an_empty_batch_in_the_way
