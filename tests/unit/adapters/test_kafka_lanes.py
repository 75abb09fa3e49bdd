"""Whose turn it is among topics of different urgency."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from kafka import TopicPartition

from processors.adapters.kafka_lanes import Lanes

FAST, SLOW = "fast", "slow"


def taken(lanes: Lanes, offered: str, waiting: set[str]) -> str:
    """What a reader takes that was handed a record of `offered` while others wait."""
    better = lanes.preferred_to(offered) & waiting
    topic = min(better, default=offered)
    lanes.took(topic)
    return topic


def test_a_fast_record_overtakes_a_slow_one() -> None:
    lanes = Lanes((FAST, SLOW))
    assert taken(lanes, SLOW, {FAST}) == FAST
    assert taken(lanes, SLOW, set()) == SLOW


def test_one_topic_has_no_lanes() -> None:
    assert Lanes((FAST,)).preferred_to(FAST) == frozenset()


@given(st.lists(st.sampled_from([FAST, SLOW]), min_size=50, max_size=50))
def test_while_both_wait_neither_waits_for_long(offered: list[str]) -> None:
    """Whatever Kafka hands out first: most turns are the fast lane's, and some are the slow one's."""
    lanes = Lanes((FAST, SLOW))
    turns = [taken(lanes, topic, {FAST, SLOW}) for topic in offered]
    assert turns.count(SLOW) == 50 // 9
    assert all(SLOW in turns[start : start + 9] for start in range(0, 41))


def test_a_fast_lane_alone_is_never_held_up() -> None:
    lanes = Lanes((FAST, SLOW))
    assert [taken(lanes, FAST, set()) for _ in range(30)] == [FAST] * 30


def test_of_what_is_handed_out_the_most_urgent_is_taken_and_the_rest_given_back() -> None:
    fast, slow, other = TopicPartition(FAST, 0), TopicPartition(SLOW, 0), TopicPartition(FAST, 1)
    polled = {slow: ["s0"], fast: ["f0", "f1"], other: ["f2"]}
    assert Lanes((FAST, SLOW)).of_one(polled, 8) == ({fast: ["f0", "f1"], other: ["f2"]}, {slow: ["s0"]})
    assert Lanes((FAST, SLOW)).of_one({slow: ["s0"]}, 8) == ({slow: ["s0"]}, {})


def test_of_a_slower_lane_less_is_taken_at_once_for_what_comes_in_waits_for_it() -> None:
    here, there = TopicPartition(SLOW, 0), TopicPartition(SLOW, 1)
    polled = {here: ["s0"], there: ["t0", "t1", "t2"]}
    assert Lanes((FAST, SLOW)).of_one(polled, 8) == ({here: ["s0"], there: ["t0"]}, {there: ["t1", "t2"]})
    assert Lanes((FAST, SLOW)).of_one(polled, 3) == ({here: ["s0"]}, {there: ["t0", "t1", "t2"]})
    assert Lanes((SLOW,)).of_one(polled, 8) == (polled, {})
