"""Each topic is spread over the members evenly, and no partition has two owners at any time."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.protocol.consumer.metadata import ConsumerProtocolSubscription
from kafka.structs import TopicPartition

from processors.adapters.kafka_assignor import TopicByTopicAssignor

TOPICS = ("fast", "slow")
Owned = dict[str, list[TopicPartition]]


def member(name: str, owned: list[TopicPartition]) -> Any:
    """A member as the group's leader sees it."""
    held = ConsumerProtocolSubscription.TopicPartition
    return SimpleNamespace(
        member_id=name,
        metadata=SimpleNamespace(
            topics=list(TOPICS),
            owned_partitions=[held(topic=one.topic, partitions=[one.partition]) for one in owned],
            generation_id=1,
        ),
    )


def rounds(assignor: CooperativeStickyAssignor, names: list[str], owned: Owned, partitions: int) -> Owned:
    """Rebalance until nothing moves, as members do that give up what they are asked to."""
    cluster = SimpleNamespace(topics=lambda: set(TOPICS), partitions_for_topic=lambda _: set(range(partitions)))
    for _ in range(4):
        given_out = assignor.assign(cluster, [member(name, owned.get(name, [])) for name in names])
        new = {name: given_out[name].partitions() for name in names}
        owners = Counter(one for held in new.values() for one in held)
        assert set(owners.values()) <= {1}
        # Nobody is given what another still holds.
        for name, held in new.items():
            assert not {one for other in owned if other != name for one in owned[other]} & set(held)
        owned = new
    return owned


def spread(owned: Owned, topic: str) -> list[int]:
    return sorted(sum(one.topic == topic for one in held) for held in owned.values())


@given(st.integers(1, 5), st.integers(1, 5), st.integers(1, 12))
def test_each_topic_is_even_also_after_members_came(before: int, after: int, partitions: int) -> None:
    names = [f"m{n}" for n in range(max(before, after))]
    owned = rounds(TopicByTopicAssignor(), names[:before], {}, partitions)
    owned = rounds(TopicByTopicAssignor(), names[:after], {n: owned.get(n, []) for n in names[:after]}, partitions)
    for topic in TOPICS:
        counts = spread(owned, topic)
        assert sum(counts) == partitions
        assert counts[-1] - counts[0] <= 1


def test_the_librarys_own_may_give_one_worker_all_that_is_urgent() -> None:
    """The control: why there is an assignor of our own."""
    owned = {
        "m0": [TopicPartition("slow", n) for n in range(2)],
        "m1": [TopicPartition("fast", n) for n in range(2)],
    }
    # As a member that joined first and one that joined later may hold them.
    kept = rounds(CooperativeStickyAssignor(), ["m0", "m1"], owned, 2)
    assert spread(kept, "fast") == [0, 2]
    assert spread(rounds(TopicByTopicAssignor(), ["m0", "m1"], owned, 2), "fast") == [1, 1]
