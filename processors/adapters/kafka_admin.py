"""Making topics, those of results included, which appear with agencies and document types."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from kafka import KafkaAdminClient

from processors import pipeline
from processors.adapters.kafka_client import client_settings
from processors.adapters.kafka_errors import translated
from processors.config import Settings
from processors.server_settings import PLAINTEXT, KafkaSecurity

#: One answer to every question of time: when the broker wrote it, not when somebody's clock said.
_CONFIG = {"message.timestamp.type": "LogAppendTime", "max.message.bytes": str(4 * 1024 * 1024)}


@contextmanager
def admin(servers: str, security: KafkaSecurity = PLAINTEXT) -> Iterator[Any]:
    """An administrator's client; errors in the `with` block become ours.

    Raises:
        DependencyUnavailable: Kafka does not answer or refuses.
    """
    settings = client_settings(servers, security)
    for unknown in ("allow_auto_create_topics", "metrics_enabled"):
        del settings[unknown]
    with translated():
        client = KafkaAdminClient(**settings)
        try:
            yield client
        finally:
            client.close()


def create_topics(
    servers: str, topics: Mapping[str, int], replication: int = -1, security: KafkaSecurity = PLAINTEXT
) -> None:
    """Create the topics that do not exist.

    Args:
        servers: host:port[,host:port]
        topics: name -> number of partitions
        replication: copies of each; -1 = the cluster's default
        security: how to sign in

    Raises:
        DependencyUnavailable: Kafka does not answer or refuses.
    """
    with admin(servers, security) as client:
        missing = {name: count for name, count in topics.items() if name not in set(client.list_topics())}
        if missing:
            client.create_topics(
                {
                    name: {"num_partitions": count, "replication_factor": replication, "configs": _CONFIG}
                    for name, count in missing.items()
                },
                raise_errors=False,  # another worker may create the same topic at the same time
                wait_for_metadata=False,
            )
            client.wait_for_topics(list(missing), timeout_ms=15_000)


def create_result_topics(settings: Settings, names: Iterable[str]) -> None:
    """Create the result topics of these names (`pipeline.result_topic`) that do not exist.

    Raises:
        DependencyUnavailable: Kafka does not answer or refuses.
    """
    results = next(topic for topic in pipeline.TOPICS if topic.name == pipeline.RESULTS)
    wanted = {settings.prefix + name: partitions(settings, results) for name in names}
    create_topics(settings.kafka, wanted, security=settings.kafka_security)


def partitions(settings: Settings, topic: pipeline.Topic) -> int:
    """How many partitions a topic of the table gets in this installation."""
    wanted = dict(settings.partitions).get(topic.name, topic.partitions)
    return min(wanted, settings.most_partitions) if settings.most_partitions else wanted


def topics(servers: str, security: KafkaSecurity = PLAINTEXT) -> set[str]:
    """The names of all topics that whoever signs in may see."""
    with admin(servers, security) as client:
        return set(client.list_topics())


def committed(
    servers: str, group: str, prefix: str = "", security: KafkaSecurity = PLAINTEXT
) -> dict[tuple[str, int], int]:
    """What a group told Kafka: (topic without prefix, partition) -> offset to read next.

    Raises:
        DependencyUnavailable: Kafka does not answer or refuses.
    """
    with admin(servers, security) as client:
        offsets = client.list_group_offsets(f"{prefix}{group}")[f"{prefix}{group}"]
    return {
        (partition.topic.removeprefix(prefix), partition.partition): told.offset
        for partition, told in offsets.items()
        if told.offset >= 0
    }
