"""What `KafkaLog` does when Kafka fails at a bad time, on a Kafka that is played by the test."""

from __future__ import annotations

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import pytest
from kafka import TopicPartition
from kafka.errors import CommitFailedError, KafkaConnectionError, KafkaError, KafkaTimeoutError, ProducerFencedError

from processors.adapters import kafka_log, kafka_membership
from processors.adapters.kafka_log import KafkaLog
from processors.errors import DependencyUnavailable, SlotTaken
from processors.ports import Outgoing

PARTITION = TopicPartition("p-in", 0)


class Cluster:
    """A topic of one partition; errors are raised once each, in order, where they are put."""

    def __init__(self) -> None:
        self.values = [b"0", b"1", b"2"]
        self.position = 0
        self.committed = 0
        self.paused: set[TopicPartition] = set()
        self.out: list[bytes] = []
        self.producers = self.consumers = 0
        self.errors: dict[str, list[KafkaError | None]] = {}

    def may_fail(self, where: str) -> None:
        queue = self.errors.get(where, [])
        if queue and (error := queue.pop(0)) is not None:
            raise error


class Consumer:
    """Begins where the group has come to, with nothing paused."""

    def __init__(self, cluster: Cluster) -> None:
        cluster.may_fail("join")
        self.cluster = cluster
        cluster.consumers += 1
        cluster.position, cluster.paused = cluster.committed, set()

    def subscribe(self, topics: list[str], listener: object) -> None: ...

    def assignment(self) -> set[TopicPartition]:
        return {PARTITION}

    def poll(self, timeout_ms: int, max_records: int) -> dict[TopicPartition, list[Any]]:
        at = self.cluster.position
        if self.cluster.paused or at >= len(self.cluster.values):
            return {}
        self.cluster.position += 1
        value = self.cluster.values[at]
        record = SimpleNamespace(
            topic="p-in", partition=0, offset=at, key=b"k", value=value, headers=(), timestamp=None
        )
        return {PARTITION: [record]}

    def pause(self, *partitions: TopicPartition) -> None:
        self.cluster.paused |= set(partitions)

    def resume(self, *partitions: TopicPartition) -> None:
        self.cluster.paused -= set(partitions)

    def seek(self, partition: TopicPartition, offset: int) -> None:
        self.cluster.position = offset

    def committed(self, partition: TopicPartition) -> int:
        self.cluster.may_fail("committed")
        return self.cluster.committed

    def group_metadata(self) -> object:
        return None

    def close(self, autocommit: bool, timeout_ms: int) -> None:
        self.cluster.may_fail("close")


class Producer:
    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.open: list[bytes] = []
        self.positions: dict[TopicPartition, Any] = {}
        cluster.producers += 1

    def init_transactions(self) -> None:
        self.cluster.may_fail("init")

    def begin_transaction(self) -> None:
        self.open, self.positions = [], {}

    def send(self, topic: str, key: bytes, value: bytes, headers: object = ()) -> Any:
        self.open.append(value)
        return SimpleNamespace(get=lambda timeout: None)

    def flush(self) -> None:
        self.cluster.may_fail("flush")

    def send_offsets_to_transaction(self, positions: dict[TopicPartition, Any], metadata: object) -> None:
        self.positions = positions

    def commit_transaction(self) -> None:
        self.cluster.may_fail("commit")
        self._write()
        self.cluster.may_fail("after")

    def _write(self) -> None:
        self.cluster.out += self.open
        for position in self.positions.values():
            self.cluster.committed = position.offset

    def close(self, timeout: float) -> None: ...


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Cluster:
    played = Cluster()
    monkeypatch.setattr(kafka_membership, "KafkaConsumer", lambda **settings: Consumer(played))
    monkeypatch.setattr(kafka_log, "KafkaProducer", lambda **settings: Producer(played))
    return played


@pytest.fixture
def log(cluster: Cluster) -> KafkaLog:
    return KafkaLog("host:1", group="g", slot=0, topics=("in",), batch=1, prefix="p-")


def work_through(log: KafkaLog, failures: int = 20) -> Iterable[bytes]:
    """What a worker would do: answer each record, wait out each failure."""
    seen: list[bytes] = []
    idle = 0
    while idle < 3 and failures:
        try:
            batch = log.poll(0)
            idle = 0 if batch else idle + 1
            for incoming in batch:
                seen.append(incoming.value)
                log.commit([Outgoing("out", b"", b"answer " + incoming.value)], [incoming])
        except DependencyUnavailable:
            failures -= 1
    return seen


ANSWERS = [b"answer 0", b"answer 1", b"answer 2"]
LOST = KafkaConnectionError


@pytest.mark.parametrize(
    "errors",
    [
        {},
        {"flush": [LOST()]},
        {"commit": [None, LOST(), LOST()]},
        {"commit": [LOST()], "init": [None, KafkaTimeoutError()]},
        {"commit": [LOST()], "init": [None, *[KafkaTimeoutError()] * 5]},
        {"flush": [LOST()], "committed": [LOST(), LOST()]},
        {"after": [LOST()]},
        {"after": [None, LOST()], "committed": [LOST()]},
        {"after": [LOST(), LOST(), LOST()], "init": [None, KafkaTimeoutError()]},
        {"commit": [None, *[CommitFailedError()] * 2]},
        {"commit": [CommitFailedError()] * 2, "init": [None, None, KafkaTimeoutError()]},
        {"commit": [CommitFailedError()] * 5, "close": [LOST()]},
        {"commit": [CommitFailedError()] * 2, "join": [LOST(), LOST()]},
    ],
)
def test_whatever_fails_and_whenever_each_record_is_answered_once(
    cluster: Cluster, log: KafkaLog, errors: dict[str, list[KafkaError | None]]
) -> None:
    cluster.errors = {where: list(queue) for where, queue in errors.items()}
    cluster.errors.get("init", [None]).pop(0)  # the one at the start is over
    work_through(log)
    assert cluster.out == ANSWERS
    assert cluster.committed == 3
    assert not cluster.paused


@pytest.mark.parametrize(
    ("errors", "consumers"),
    [
        ([CommitFailedError()] * 2, 2),
        ([CommitFailedError()], 1),
        ([CommitFailedError(), LOST(), CommitFailedError()], 1),
        ([CommitFailedError(), None, CommitFailedError()], 1),
        ([LOST()] * 3, 1),
    ],
)
def test_who_is_no_member_any_more_joins_again_and_nobody_else(
    cluster: Cluster, log: KafkaLog, errors: list[KafkaError | None], consumers: int
) -> None:
    cluster.errors = {"commit": list(errors)}
    work_through(log)
    assert cluster.consumers == consumers


def test_a_fenced_worker_does_not_fence_its_successor(cluster: Cluster, log: KafkaLog) -> None:
    cluster.errors = {"commit": [ProducerFencedError()]}
    with pytest.raises(SlotTaken):
        work_through(log)
    assert cluster.producers == 1
    assert cluster.out == []


def test_topics_lose_their_prefix_on_the_way_in(log: KafkaLog) -> None:
    (incoming,) = log.poll(0)
    assert incoming.origin.topic == "in"
    assert log.owned(incoming.origin)


def test_a_record_whose_partition_went_and_came_back_is_not_ours_any_more(cluster: Cluster, log: KafkaLog) -> None:
    (incoming,) = log.poll(0)
    log.forget([PARTITION])
    # Meanwhile its other owner answered this record and the next, and the partition came back behind them.
    cluster.position = cluster.committed = 2
    assert not log.owned(incoming.origin)
    log.rewind()
    assert [again.value for again in log.poll(0)] == [b"2"]


def test_what_went_before_a_batch_was_open_does_not_matter(log: KafkaLog) -> None:
    log.forget([PARTITION])
    (incoming,) = log.poll(0)
    assert log.owned(incoming.origin)


def test_partitions_that_come_while_a_batch_is_open_are_paused(cluster: Cluster, log: KafkaLog) -> None:
    newcomer = TopicPartition("p-in", 1)
    log.pause_newcomers([newcomer])
    assert newcomer not in cluster.paused
    log.poll(0)
    log.pause_newcomers([newcomer])
    assert newcomer in cluster.paused
