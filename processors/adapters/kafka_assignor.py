"""Which member of a group reads which partitions, each topic spread over the members by itself.

The library's sticky assignor evens out the number of partitions, whatever topics they are of: of two workers one
may get all that is urgent, and the other nothing but long documents.
"""

from __future__ import annotations

from collections import defaultdict
from types import SimpleNamespace
from typing import Any

from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.protocol.consumer.metadata import ConsumerProtocolAssignment


class TopicByTopicAssignor(CooperativeStickyAssignor):  # type: ignore[misc]
    """The cooperative sticky assignor, asked for each topic alone."""

    #: members of a group must agree on the name
    name = "topic-by-topic-cooperative-sticky"

    def assign(self, cluster: Any, members: list[Any]) -> dict[str, Any]:
        """The partitions of each member, by its id; see the library's class for how they move."""
        shares: dict[str, dict[str, list[int]]] = {member.member_id: defaultdict(list) for member in members}
        for topic in sorted({topic for member in members for topic in member.metadata.topics}):
            for member_id, share in super().assign(cluster, _subscribed(members, topic)).items():
                shares[member_id][topic] += [partition.partition for partition in share.partitions()]
        return {
            member_id: ConsumerProtocolAssignment(self.version, sorted(share.items()), b"")
            for member_id, share in shares.items()
        }


def _subscribed(members: list[Any], topic: str) -> list[Any]:
    """The members that read this topic, as if they read no other."""
    return [
        SimpleNamespace(
            member_id=member.member_id,
            metadata=SimpleNamespace(
                topics=[topic],
                owned_partitions=[one for one in member.metadata.owned_partitions or () if one.topic == topic],
                generation_id=member.metadata.generation_id,
            ),
        )
        for member in members
        if topic in member.metadata.topics
    ]
