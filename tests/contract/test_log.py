"""One suite for every log behind `ports.Log`: the memory fake and a real Kafka."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import pytest
from kafka import KafkaConsumer, TopicPartition

from processors.adapters import kafka_admin, kafka_log, kafka_marks, kafka_membership
from processors.adapters.kafka_log import KafkaLog
from processors.adapters.kafka_reader import KafkaReader
from processors.adapters.memory import MemoryLog, MemoryTopics
from processors.config import Settings
from processors.errors import DependencyUnavailable
from processors.ports import Incoming, Log, Outgoing
from processors.telemetry.trace_ids import Context
from tests.waiting import until

SOURCE, SLOW, TARGET = "pages.requested", "pages.requested.long", "pages.recognised"


@dataclass(frozen=True)
class Bench:
    #: a log on SOURCE; the same group and slot each time
    open: Callable[[], Log]
    write: Callable[[Sequence[bytes]], None]
    #: what is committed on TARGET
    read: Callable[[int], list[bytes]]


@pytest.fixture(params=["memory", pytest.param("kafka", marks=pytest.mark.live)])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    if request.param == "memory":
        topics = MemoryTopics()
        yield Bench(
            lambda: MemoryLog(topics, group="g", reads=(SOURCE,), batch=2),
            lambda values: topics.records.setdefault(SOURCE, []).extend(
                Outgoing(SOURCE, b"key", value) for value in values
            ),
            lambda _: [record.value for record in topics.records.get(TARGET, [])],
        )
        return
    settings: Settings = request.getfixturevalue("installation")
    opened: list[KafkaLog] = []

    def open_log() -> Log:
        opened.append(
            KafkaLog(settings.kafka, group="g", slot=0, topics=(SOURCE,), batch=2, prefix=settings.prefix)
        )
        return opened[-1]

    yield Bench(open_log, lambda values: write(settings, SOURCE, values), lambda n: read(settings, TARGET, n))


def write(settings: Settings, topic: str, values: Sequence[bytes]) -> None:
    """Write records of one key, so that their order is kept, through a transaction of its own."""
    writer = KafkaLog(settings.kafka, group="writer", slot=0, topics=(topic,), batch=1, prefix=settings.prefix)
    writer.commit([Outgoing(topic, b"key", value) for value in values], [])
    writer.close()


def read(settings: Settings, topic: str, count: int, *, committed: bool = True) -> list[bytes]:
    """The committed records of a topic: at least `count`, or what came within 60 s."""
    reader = KafkaReader(
        settings.kafka, topic.replace(".", r"\."), group=None, prefix=settings.prefix, committed=committed
    )
    found: list[bytes] = []
    end = time.monotonic() + 60
    quiet = 0
    while time.monotonic() < end and (len(found) < count or quiet < 2):
        records = reader.poll(0.5)
        found += [record.value for record in records]
        quiet = 0 if records else quiet + 1
    reader.close()
    return found


def waiting(settings: Settings, group: str, topic: str) -> int:
    """The length of a line as a scaler counts it: marks of transactions included."""
    committed = kafka_admin.committed(settings.kafka, group, settings.prefix)
    consumer = KafkaConsumer(bootstrap_servers=settings.kafka, metrics_enabled=False)
    partitions = consumer.partitions_for_topic(settings.prefix + topic)
    ends = consumer.end_offsets([TopicPartition(settings.prefix + topic, one) for one in partitions])
    consumer.close()
    return sum(end - committed.get((topic, one.partition), 0) for one, end in ends.items())


def take(log: Log) -> Sequence[Incoming]:
    return until(lambda: log.poll(0.5), "something comes", pause=0)


def test_outputs_and_positions_become_visible_together(bench: Bench) -> None:
    bench.write([b"1", b"2", b"3"])
    log = bench.open()
    batch = take(log)
    assert [record.value for record in batch] == [b"1", b"2"]
    log.commit([Outgoing(TARGET, b"k", b"answer")], batch)
    assert bench.read(1) == [b"answer"]
    assert [record.value for record in take(log)] == [b"3"]
    log.close()


def test_a_trace_travels_beside_the_record(bench: Bench) -> None:
    header = Context(1 << 120, 7).header()
    log = bench.open()
    log.commit([Outgoing(SOURCE, b"key", b"1", header), Outgoing(SOURCE, b"key", b"2")], [])
    batch = take(log)
    while len(batch) < 2:
        log.rewind()
        batch = take(log)
    assert [(record.value, record.trace) for record in batch] == [(b"1", header), (b"2", "")]
    log.close()


def test_an_open_batch_brings_nothing_more(bench: Bench) -> None:
    bench.write([b"1", b"2", b"3"])
    log = bench.open()
    take(log)
    assert log.poll(0.1) == ()
    log.close()


def test_what_was_not_committed_comes_again_after_a_rewind(bench: Bench) -> None:
    bench.write([b"1", b"2", b"3"])
    log = bench.open()
    first = take(log)
    log.rewind()
    assert [r.origin for r in take(log)] == [r.origin for r in first]
    log.close()


def test_a_part_of_a_batch_can_be_committed(bench: Bench) -> None:
    bench.write([b"1", b"2", b"3"])
    log = bench.open()
    log.commit([], take(log)[:1])
    assert [record.value for record in take(log)] == [b"2", b"3"]
    log.close()


def test_a_restarted_slot_goes_on_at_the_committed_position(bench: Bench) -> None:
    bench.write([b"1", b"2", b"3"])
    log = bench.open()
    log.commit([], take(log)[:1])
    take(log)
    log.close()
    again = bench.open()
    assert [record.value for record in take(again)] == [b"2", b"3"]
    again.close()


def test_every_record_of_a_batch_is_owned_while_nobody_else_is_there(bench: Bench) -> None:
    bench.write([b"1"])
    log = bench.open()
    assert all(log.owned(record.origin) for record in take(log))
    log.close()


@dataclass(frozen=True)
class Lanes:
    """A log on SOURCE and SLOW, in this order."""

    log: Log
    write: Callable[[str, Sequence[bytes]], None]


@pytest.fixture(params=["memory", pytest.param("kafka", marks=pytest.mark.live)])
def lanes(request: pytest.FixtureRequest) -> Iterator[Lanes]:
    if request.param == "memory":
        topics = MemoryTopics()

        def append(topic: str, values: Sequence[bytes]) -> None:
            for value in values:
                topics.write(topic, value)

        yield Lanes(MemoryLog(topics, group="g", reads=(SOURCE, SLOW)), append)
        return
    settings: Settings = request.getfixturevalue("installation")
    look_long(request.getfixturevalue("monkeypatch"))
    log = KafkaLog(settings.kafka, group="g", slot=0, topics=(SOURCE, SLOW), batch=1, prefix=settings.prefix)
    yield Lanes(log, lambda topic, values: write_visibly(settings, topic, values))
    log.close()


def look_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine may not answer a glance of 40 ms, and then the slow lane rightly goes on."""
    monkeypatch.setattr(kafka_log, "GLANCE_MS", 500)


def write_visibly(settings: Settings, topic: str, values: Sequence[bytes]) -> None:
    """Write, and wait until a reader sees it: Kafka answers a commit before it has marked the partitions."""
    write(settings, topic, values)
    assert len(read(settings, topic, len(values))) >= len(values)


def work_off(log: Log, count: int) -> list[bytes]:
    """Take and answer so many records, one after the other."""
    taken: list[bytes] = []
    for _ in range(count):
        (incoming,) = take(log)
        taken.append(incoming.value)
        log.commit([], [incoming])
    return taken


def test_an_urgent_record_overtakes_those_of_the_slow_lane(lanes: Lanes) -> None:
    lanes.write(SLOW, [b"slow %d" % n for n in range(6)])
    assert work_off(lanes.log, 2) == [b"slow 0", b"slow 1"]
    lanes.write(SOURCE, [b"urgent"])
    assert work_off(lanes.log, 5) == [b"urgent", b"slow 2", b"slow 3", b"slow 4", b"slow 5"]


def test_what_was_overtaken_is_neither_lost_nor_doubled_by_a_rewind(lanes: Lanes) -> None:
    lanes.write(SLOW, [b"slow 0", b"slow 1"])
    lanes.write(SOURCE, [b"urgent"])
    (first,) = take(lanes.log)
    lanes.log.rewind()
    assert [record.origin for record in take(lanes.log)] == [first.origin]
    lanes.log.rewind()
    assert work_off(lanes.log, 3) == [b"urgent", b"slow 0", b"slow 1"]


@pytest.mark.live
def test_a_batch_is_of_one_lane_and_urgent_records_overtake_whole_batches(
    installation: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_long(monkeypatch)
    slow = [b"slow %d" % n for n in range(10)]
    write(installation, SLOW, slow)
    log = KafkaLog(
        installation.kafka, group="g", slot=0, topics=(SOURCE, SLOW), batch=4, prefix=installation.prefix
    )
    take(log)
    log.rewind()
    urgent = [b"urgent %d" % n for n in range(6)]
    write_visibly(installation, SOURCE, urgent)
    taken: list[bytes] = []
    while len(taken) < 16:
        batch = take(log)
        assert len({incoming.origin.topic for incoming in batch}) == 1
        taken += [incoming.value for incoming in batch]
        log.commit([], batch)
    log.close()
    assert taken == [*urgent, *slow], "none lost, none doubled, none in the way of an urgent one"


@pytest.mark.live
def test_a_busy_fast_lane_does_not_starve_the_slow_one(installation: Settings) -> None:
    write(installation, SLOW, [b"slow"])
    # It has its turn after each eight; on a busy machine a glance of 40 ms may see nothing a few times.
    write(installation, SOURCE, [b"urgent"] * 100)
    settings = installation
    log = KafkaLog(settings.kafka, group="g", slot=0, topics=(SOURCE, SLOW), batch=1, prefix=settings.prefix)
    assert b"slow" in work_off(log, 100)
    log.close()


def open_member(settings: Settings, slot: int, *topics: str) -> KafkaLog:
    return KafkaLog(settings.kafka, group="g", slot=slot, topics=topics, batch=1, prefix=settings.prefix)


@pytest.mark.live
def test_each_lane_goes_to_who_reads_it_in_a_group_whose_members_read_different_ones(
    installation: Settings,
) -> None:
    lanes = (SOURCE, SLOW)
    members = [open_member(installation, slot, topic) for slot, topic in enumerate(lanes)]
    for topic in lanes:
        write(installation, topic, [topic.encode()] * 12)
    taken: list[list[bytes]] = [[], []]

    def all_taken() -> bool:
        for member, its in zip(members, taken, strict=True):
            if batch := member.poll(0.1):
                its.extend(incoming.value for incoming in batch)
                member.commit([], batch)
        return sum(map(len, taken)) >= 24

    until(all_taken, "all is taken", seconds=90)
    assert taken == [[topic.encode()] * 12 for topic in lanes]
    for member in members:
        member.close()


@pytest.mark.live
def test_a_slot_that_comes_back_soon_reads_what_it_is_told_to_now(
    installation: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kafka hands a static member that comes back what it had, whatever it reads now."""
    # a static member that left is missed after so long
    monkeypatch.setattr(kafka_membership, "_SESSION_TIMEOUT_MS", 6_000)
    before = open_member(installation, 0, SOURCE)
    write(installation, SOURCE, [b"fast"])
    assert work_off(before, 1) == [b"fast"]
    before.close()
    now = open_member(installation, 0, SOURCE, SLOW)
    write(installation, SLOW, [b"slow"])
    assert work_off(now, 1) == [b"slow"]
    now.close()


@pytest.mark.live
def test_a_record_whose_partition_went_and_came_back_belongs_to_whoever_answered_it(
    installation: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    # a static member that left is missed after so long
    monkeypatch.setattr(kafka_membership, "_SESSION_TIMEOUT_MS", 6_000)

    def open_slot(slot: int) -> KafkaLog:
        return KafkaLog(
            installation.kafka, group="g", slot=slot, topics=(SOURCE,), batch=50, prefix=installation.prefix
        )

    writer = KafkaLog(installation.kafka, group="w", slot=0, topics=(SOURCE,), batch=1, prefix=installation.prefix)
    writer.commit([Outgoing(SOURCE, f"key {n}".encode(), f"{n}".encode()) for n in range(20)], [])
    writer.close()
    ours = open_slot(0)
    held = take(ours)
    while len({record.origin.partition for record in held}) < 2:
        ours.rewind()
        held = take(ours)
    theirs = open_slot(1)
    taken: Sequence[Incoming] = ()
    end = time.monotonic() + 60
    while not taken and time.monotonic() < end:
        ours.poll(0.1)
        taken = theirs.poll(0.1)
    lost = [record for record in held if not ours.owned(record.origin)]
    assert {record.origin for record in taken} <= {record.origin for record in lost}
    theirs.commit([Outgoing(TARGET, b"k", b"theirs")], taken)
    theirs.close()
    partition = ours._partition(taken[0].origin)
    while partition not in ours._consumer.assignment() and time.monotonic() < end:
        ours.poll(0.1)
    assert partition in ours._consumer.assignment()
    assert [record for record in held if not ours.owned(record.origin)] == lost
    ours.commit([Outgoing(TARGET, b"k", b"ours")], [record for record in held if ours.owned(record.origin)])
    assert not {record.origin for record in taken} & {record.origin for record in ours.poll(2)}
    ours.close()


@pytest.mark.live
@pytest.mark.parametrize("guarded", [True, False])
def test_who_has_lost_its_place_in_the_group_without_noticing_joins_again(
    installation: Settings, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    monkeypatch.setattr(kafka_membership, "_SESSION_TIMEOUT_MS", 6_000)
    if not guarded:
        monkeypatch.setattr(kafka_membership, "LOST", ())
    log = open_member(installation, 0, SOURCE)
    write(installation, SOURCE, [b"0"])
    work_off(log, 1)
    log._consumer._coordinator._enable_heartbeat = lambda: None
    log._consumer._coordinator._disable_heartbeat()
    write(installation, SOURCE, [b"1"])

    def commits() -> bool:
        batch = take(log)
        with suppress(DependencyUnavailable):
            log.commit([Outgoing(TARGET, b"k", batch[0].value)], batch)
            return True
        return False

    # Kafka takes note of it once the session is over; what is committed until then is not wrong.
    time.sleep(8)
    tries = [commits() for _ in range(2 if guarded else 5)]
    assert tries == [False] * len(tries), "it is no member, and reads on"
    if guarded:
        until(commits, "the record is committed")
        assert read(installation, TARGET, 1) == [b"1"]
    log.close()


@pytest.mark.live
@pytest.mark.parametrize("told", [True, False])
def test_a_line_that_was_worked_off_is_empty_for_whoever_scales_by_it(
    installation: Settings, monkeypatch: pytest.MonkeyPatch, told: bool
) -> None:
    monkeypatch.setattr(kafka_marks, "EVERY_SECONDS", 0.0 if told else 3600.0)
    log = KafkaLog(installation.kafka, group="g", slot=0, topics=(SOURCE,), batch=2, prefix=installation.prefix)
    write(installation, SOURCE, [b"0", b"1", b"2"])
    for _ in range(2):
        batch = take(log)
        log.commit([], batch)
    for _ in range(3):
        assert not log.poll(0.5)
    if told:
        until(lambda: not log.poll(0.5) and not waiting(installation, "g", SOURCE), "the line is empty")
    else:  # the control: the mark of the writer's transaction is left over for ever
        assert waiting(installation, "g", SOURCE) == 1
    write(installation, SOURCE, [b"3"])
    assert [one.value for one in take(log)] == [b"3"]
    log.close()
