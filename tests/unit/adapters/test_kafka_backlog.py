"""How positions become records that wait: marks and what was aborted are none. Kafka is played by the test."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from kafka import TopicPartition
from kafka.errors import KafkaConnectionError, KafkaError

from processors import pipeline
from processors.adapters import kafka_backlog
from processors.adapters.kafka_backlog import KafkaBacklog, Waiting
from processors.errors import DependencyUnavailable

ROW = pipeline.stage("classify")
LIVE, BEHIND = ROW.reads
MARK = None


class Cluster:
    """Two topics of one partition each; what lies on them is a time (seconds), or a mark that nobody is handed."""

    def __init__(self, live: list[float | None], committed: int | None = None, begin: int = 0) -> None:
        self.lying = {f"t-{LIVE}": live, f"t-{BEHIND}": []}
        self.committed = committed
        self.begin = begin
        self.error: KafkaError | None = None
        self.position = 0
        self.paused: set[TopicPartition] = set()
        self.closed = 0
        #: places that one answer holds
        self.answer = 100

    def list_group_offsets(self, groups: list[str]) -> dict[str, dict[TopicPartition, Any]]:
        if self.error:
            raise self.error
        assert groups == ["t-classify"]
        at = {} if self.committed is None else {_place(LIVE): SimpleNamespace(offset=self.committed)}
        return {"t-classify": at}

    def partitions_for_topic(self, topic: str) -> set[int]:
        return {0} if topic in self.lying else set()

    def beginning_offsets(self, places: list[TopicPartition]) -> dict[TopicPartition, int]:
        return {place: self.begin if place.topic == f"t-{LIVE}" else 0 for place in places}

    def end_offsets(self, places: list[TopicPartition]) -> dict[TopicPartition, int]:
        return {place: len(self.lying[place.topic]) for place in places}

    def assign(self, places: list[TopicPartition]) -> None:
        self.assigned = set(places)

    def seek(self, place: TopicPartition, offset: int) -> None:
        self.at = offset

    def poll(self, timeout_ms: int) -> dict[TopicPartition, list[Any]]:
        if not self.assigned - self.paused:
            return {}
        lying = self.lying[f"t-{LIVE}"]
        places = range(self.at, min(self.at + self.answer, len(lying)))
        self.at = places.stop
        found = [SimpleNamespace(offset=n, timestamp=int(t * 1000)) for n in places if (t := lying[n]) is not None]
        return {_place(LIVE): found} if found else {}

    def position_of(self, place: TopicPartition) -> int:
        return self.at

    def pause(self, *places: TopicPartition) -> None:
        self.paused |= set(places)

    def resume(self, *places: TopicPartition) -> None:
        self.paused -= set(places)

    def close(self) -> None:
        self.closed += 1


def _place(topic: str) -> TopicPartition:
    return TopicPartition(f"t-{topic}", 0)


@pytest.fixture
def looking(monkeypatch: pytest.MonkeyPatch) -> Callable[[Cluster], KafkaBacklog]:
    def begun(cluster: Cluster) -> KafkaBacklog:
        cluster.position = cluster.position_of  # type: ignore[assignment]
        monkeypatch.setattr(kafka_backlog, "KafkaConsumer", lambda **settings: cluster)
        monkeypatch.setattr(kafka_backlog, "KafkaAdminClient", lambda **settings: cluster)
        return KafkaBacklog("k:1", (ROW,), "t-")

    return begun


Looking = Callable[[Cluster], KafkaBacklog]


def first(cluster: Cluster, looking: Looking) -> Waiting:
    live, behind = looking(cluster).look()
    assert behind == Waiting("classify", BEHIND, 0, None)
    assert (live.stage, live.topic) == ("classify", LIVE)
    return live


@pytest.mark.parametrize(
    ("lying", "committed", "waiting", "oldest"),
    [
        ([], None, 0, None),
        ([5.0, MARK], 2, 0, None),
        # A worker says the place behind the last record, which is before the mark.
        ([5.0, MARK], 1, 0, None),
        ([5.0, MARK, 6.0, MARK, 7.0, 8.0, MARK], 1, 3, 6.0),
        ([5.0, MARK, 6.0, MARK], None, 2, 5.0),
        ([MARK, MARK, 6.0, MARK], 0, 1, 6.0),
        # A position behind the end: the topic was made anew.
        ([5.0, MARK], 9, 0, None),
    ],
)
def test_marks_do_not_wait(
    looking: Looking, lying: list[float | None], committed: int | None, waiting: int, oldest: float | None
) -> None:
    found = first(Cluster(lying, committed), looking)
    assert (found.records, found.oldest) == (waiting, oldest)


def test_records_that_are_no_more_do_not_wait(looking: Looking) -> None:
    found = first(Cluster([1.0, 2.0, 3.0, MARK], committed=0, begin=2), looking)
    assert (found.records, found.oldest) == (1, 3.0)


def test_of_a_long_line_the_rest_is_taken_to_be_as_dense_as_its_first_part(looking: Looking) -> None:
    cluster = Cluster([1.0, MARK] * 5_000, committed=0)
    found = first(cluster, looking)
    assert (found.records, found.oldest) == (5_000, 1.0)
    assert cluster.at == cluster.answer, "it was not read"


def test_a_part_without_a_record_is_read_on(looking: Looking) -> None:
    cluster = Cluster([*[MARK] * 250, 9.0, MARK], committed=0)
    found = first(cluster, looking)
    assert found.oldest == 9.0


def test_a_broker_that_hands_out_nothing_is_away_in_time(looking: Looking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kafka_backlog, "_LOOK_SECONDS", 0.05)
    cluster = Cluster([1.0], committed=0)
    cluster.answer = 0
    with pytest.raises(DependencyUnavailable, match="1 partitions were not read"):
        looking(cluster).look()
    assert cluster.closed == 2


def test_after_a_failure_it_connects_anew(looking: Looking) -> None:
    cluster = Cluster([1.0], committed=0)
    cluster.error = KafkaConnectionError()
    backlog = looking(cluster)
    with pytest.raises(DependencyUnavailable):
        backlog.look()
    cluster.error = None
    assert backlog.look()[0].records == 1
    assert cluster.closed == 2
