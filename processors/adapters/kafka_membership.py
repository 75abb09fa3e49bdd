"""A worker slot's place in its stage's group, and when it has lost it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kafka import KafkaConsumer
from kafka.errors import CommitFailedError, KafkaError

from processors.adapters.kafka_assignor import TopicByTopicAssignor
from processors.adapters.kafka_rebalanced import Owner, Rebalanced

_SESSION_TIMEOUT_MS = 30_000
#: Kafka knows no such member at a commit, or not of this generation. The client need not have noticed (its
#: heartbeats may have ended without a word): it reads on, as reading takes no membership, and no commit succeeds
#: until it joins again.
LOST: tuple[type[KafkaError], ...] = (CommitFailedError,)
#: Commits in a row that are refused so before it does: after one it may have been a rebalance that crossed it.
MOST_REFUSED = 2


def join(
    group: str,
    member: str,
    *,
    name: str,
    topics: Sequence[str],
    batch: int,
    max_bytes: int,
    owner: Owner,
    client: Mapping[str, Any],
) -> Any:
    """A consumer that is a static member; it begins with its first poll.

    Args:
        group: with the prefix of the installation
        member: who comes back under this name is handed what it had, and takes the place of who bears it
        name: for Kafka's logs
        topics: with the prefix
        batch: most records of a poll
        max_bytes: most bytes of a record
        owner: is told when partitions come and go
        client: how to reach Kafka and sign in
    """
    consumer = KafkaConsumer(
        group_id=group,
        group_instance_id=member,
        client_id=name,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        max_poll_records=batch,
        session_timeout_ms=_SESSION_TIMEOUT_MS,
        heartbeat_interval_ms=3_000,
        partition_assignment_strategy=[TopicByTopicAssignor],
        max_partition_fetch_bytes=max_bytes,
        **client,
    )
    consumer.subscribe(list(topics), listener=Rebalanced(owner))
    return consumer
