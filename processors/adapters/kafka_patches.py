"""Repairs of kafka-python 3.0.12, each with its reason. Imported for its effect by the Kafka adapters."""

from typing import Any

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
