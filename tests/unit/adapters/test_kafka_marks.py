"""When a consumer tells Kafka that it has come past the marks of transactions."""

from __future__ import annotations

from typing import Any

import pytest
from kafka import TopicPartition
from kafka.errors import CommitFailedError

from processors.adapters import kafka_marks
from processors.adapters.kafka_marks import Marks

FIRST, SECOND = TopicPartition("in", 0), TopicPartition("in", 1)


class Consumer:
    def __init__(self) -> None:
        self.at: dict[TopicPartition, int | None] = {FIRST: 4, SECOND: 0}
        self.committed: list[dict[TopicPartition, int]] = []
        self.fails = False

    def assignment(self) -> set[TopicPartition]:
        return set(self.at)

    def position(self, partition: TopicPartition) -> int | None:
        return self.at[partition]

    def commit(self, offsets: dict[TopicPartition, Any]) -> None:
        if self.fails:
            raise CommitFailedError
        self.committed.append({partition: told.offset for partition, told in offsets.items()})


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [0.0]
    monkeypatch.setattr("processors.adapters.kafka_marks.time.monotonic", lambda: now[0])
    return now


def test_what_moved_is_told_twice_a_minute_and_what_did_not_is_not(clock: list[float]) -> None:
    consumer = Consumer()
    marks = Marks(consumer)
    marks.settle()
    assert consumer.committed == []
    clock[0] = kafka_marks.EVERY_SECONDS
    marks.settle()
    assert consumer.committed == [{FIRST: 4, SECOND: 0}]
    consumer.at[FIRST] = 7
    marks.settle()
    assert len(consumer.committed) == 1, "not before its time"
    clock[0] *= 2
    marks.settle()
    clock[0] *= 2
    marks.settle()
    assert consumer.committed == [{FIRST: 4, SECOND: 0}, {FIRST: 7}]


def test_a_rebalance_between_is_no_outage_and_told_at_the_next_look(clock: list[float]) -> None:
    consumer = Consumer()
    marks = Marks(consumer)
    consumer.fails = True
    clock[0] = kafka_marks.EVERY_SECONDS
    marks.settle()
    consumer.fails = False
    clock[0] *= 2
    marks.settle()
    assert consumer.committed == [{FIRST: 4, SECOND: 0}]


def test_a_partition_whose_position_is_not_known_yet_is_left_out(clock: list[float]) -> None:
    consumer = Consumer()
    marks = Marks(consumer)
    consumer.at[SECOND] = None
    clock[0] = kafka_marks.EVERY_SECONDS
    marks.settle()
    assert consumer.committed == [{FIRST: 4}]
