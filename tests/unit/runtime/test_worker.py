"""The loop: what is committed, what is given back, and how it stops."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from processors.adapters.memory import MemoryLog, MemoryTopics
from processors.errors import DependencyUnavailable, PipelineError, SlotTaken
from processors.events import Origin
from processors.pipeline import DEAD_LETTERS
from processors.ports import Incoming, Outgoing
from processors.runtime import worker
from processors.runtime.brake import Broken
from processors.runtime.worker import Worker
from tests.unit.runtime.shop import Timeless


@dataclass
class Echo:
    """Answers each record with its value; calls `before` first."""

    before: Callable[[Incoming], None] = lambda incoming: None
    told: list[str] = field(default_factory=list)

    def answer(self, incoming: Incoming) -> tuple[Outgoing, ...]:
        self.before(incoming)
        return (Outgoing("out", b"", incoming.value),)

    def delivered(self) -> None:
        self.told.append("delivered")

    def undelivered(self) -> None:
        self.told.append("undelivered")


class Log(MemoryLog):
    """Batches of three; stops its worker when nothing is left; partitions and polls can fail."""

    def __init__(self, topics: MemoryTopics, stop: threading.Event) -> None:
        super().__init__(topics, group="g", reads=("in",), batch=3)
        self.stop, self.topics = stop, topics
        self.lost: set[int] = set()
        self.keep_alives: list[PipelineError | None] = []
        self.closed = 0

    def poll(self, seconds: float) -> Sequence[Incoming]:
        if self._open and self.keep_alives:
            error = self.keep_alives.pop(0)
            if error is not None:
                raise error
        was_open = bool(self._open)
        batch = super().poll(seconds)
        if not batch and not was_open:
            self.stop.set()
        return batch

    def owned(self, origin: Origin) -> bool:
        return origin.offset not in self.lost

    def close(self) -> None:
        self.closed += 1
        super().close()

    @property
    def out(self) -> list[bytes]:
        return [record.value for record in self.topics.records.get("out", [])]

    @property
    def committed(self) -> int:
        return self.topics.committed.get(("g", "in"), 0)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_KEEP_ALIVE_SECONDS", 0.01)


@pytest.fixture
def log() -> Log:
    topics = MemoryTopics()
    for value in (b"0", b"1", b"2"):
        topics.write("in", value)
    return Log(topics, Timeless())


def run(log: Log, echo: Echo, abandon: Callable[[], None] = lambda: None, finish: float = 60.0) -> None:
    Worker(log, echo, log.stop, abandon, finish).run()


def test_a_batch_is_answered_in_order_and_committed_together(log: Log) -> None:
    echo = Echo()
    run(log, echo)
    assert log.out == [b"0", b"1", b"2"]
    assert log.committed == 3
    assert echo.told == ["delivered"]
    assert log.closed == 1


def test_answers_to_records_whose_partition_is_lost_are_discarded(log: Log) -> None:
    log.lost = {0, 1, 2}
    polls = iter([None, log.stop.set])

    def once(incoming: Incoming) -> None:
        if incoming.origin.offset == 2 and (stop := next(polls)):
            stop()

    echo = Echo(once)
    run(log, echo)
    assert log.out == []
    assert log.committed == 0
    assert "delivered" not in echo.told


def test_only_answers_to_owned_records_are_written(log: Log) -> None:
    log.lost = {0}
    run(log, Echo())
    assert log.out == [b"1", b"2"]


def test_the_answered_part_of_a_batch_is_committed_when_a_server_goes_away(log: Log) -> None:
    away = iter([DependencyUnavailable(), None])
    committed_at_failure: list[int] = []

    def fail_at_two(incoming: Incoming) -> None:
        if incoming.value == b"2" and (error := next(away)):
            raise error
        if incoming.value == b"2":
            committed_at_failure.append(log.committed)

    run(log, Echo(fail_at_two))
    assert log.out == [b"0", b"1", b"2"]
    assert committed_at_failure == [2]


def test_work_in_progress_is_finished_and_committed_after_a_stop(log: Log) -> None:
    def stop_at_one(incoming: Incoming) -> None:
        if incoming.value == b"1":
            log.stop.set()

    run(log, Echo(stop_at_one))
    assert log.out == [b"0", b"1"]
    assert log.committed == 2
    assert log.closed == 1


def test_work_that_takes_too_long_after_a_stop_is_abandoned_and_given_back(log: Log) -> None:
    killed = threading.Event()

    def hang(incoming: Incoming) -> None:
        log.stop.set()
        assert killed.wait(60)
        raise DependencyUnavailable

    run(log, Echo(hang), killed.set, finish=0.0)
    assert killed.is_set()
    assert log.out == []
    assert log.committed == 0


def test_a_failed_keep_alive_leaves_no_batch_open_for_ever(log: Log) -> None:
    log.keep_alives = [DependencyUnavailable()]
    run(log, Echo(until(lambda: not log.keep_alives)))
    assert log.out == [b"0", b"1", b"2"]


def test_a_slot_that_is_taken_while_a_stage_works_ends_the_work_and_the_process(log: Log) -> None:
    log.keep_alives = [SlotTaken()]
    killed = threading.Event()

    def hang(incoming: Incoming) -> None:
        assert killed.wait(60)

    with pytest.raises(SlotTaken):
        run(log, Echo(hang), killed.set)
    assert log.stop.is_set()
    assert log.out == []


def test_a_timeout_in_the_work_is_an_error_and_not_an_endless_wait(log: Log) -> None:
    def time_out(incoming: Incoming) -> None:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        run(log, Echo(time_out))
    assert log.committed == 0


def test_an_outage_of_the_log_itself_is_waited_for(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    errors = [DependencyUnavailable()] * 3
    poll = log.poll

    def grudging(seconds: float) -> Sequence[Incoming]:
        if errors:
            raise errors.pop()
        return poll(seconds)

    monkeypatch.setattr(log, "poll", grudging)
    run(log, Echo())
    assert log.out == [b"0", b"1", b"2"]


def test_a_stage_that_fails_at_most_of_its_work_takes_no_more(log: Log) -> None:
    for number in range(3, 30):
        log.topics.write("in", str(number).encode())

    class Failing(Echo):
        def answer(self, incoming: Incoming) -> tuple[Outgoing, ...]:
            return (
                Outgoing(DEAD_LETTERS, b"", incoming.value, agency=("tax", "justice")[incoming.origin.offset % 2]),
            )

    with pytest.raises(Broken, match="6 of the latest 6"):
        run(log, Failing())
    assert len(log.topics.dead_letters) == 6, "what was answered is written, and nothing more is taken"
    assert log.committed == 6
    assert log.closed == 1


def until(condition: Callable[[], bool]) -> Callable[[Incoming], None]:
    """Work that goes on until the polling thread has done something."""

    def work(incoming: Incoming) -> None:
        tick = threading.Event()
        while not condition():
            tick.wait(0.005)

    return work
