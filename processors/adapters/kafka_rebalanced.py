"""What a consumer's owner is told when partitions come and go."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from kafka import ConsumerRebalanceListener, TopicPartition


class Owner(Protocol):
    """Whoever holds records of the partitions."""

    def forget(self, partitions: Iterable[TopicPartition]) -> None:
        """These are somebody else's from now on."""
        ...

    def pause_newcomers(self, partitions: Iterable[TopicPartition]) -> None:
        """These came."""
        ...


class Rebalanced(ConsumerRebalanceListener):  # type: ignore[misc]
    """Partitions that go while a batch is open take their records with them; those that come are paused."""

    def __init__(self, owner: Owner) -> None:
        self._owner = owner

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """A result whose partition went is discarded, also if the partition is back; see `KafkaLog.owned`."""
        self._owner.forget(revoked)

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """While records are open, nothing more is handed out."""
        self._owner.pause_newcomers(assigned)
