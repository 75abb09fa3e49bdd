"""Lines on a real Kafka: what was read leaves no line behind, though transactions leave marks."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing, suppress

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from processors import pipeline
from processors.adapters.kafka_backlog import KafkaBacklog, Waiting
from processors.adapters.kafka_log import KafkaLog
from processors.config import Settings
from processors.errors import DependencyUnavailable
from tests.waiting import until

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

ROW = pipeline.stage("classify")
TOPIC, BEHIND = ROW.reads


def write(settings: Settings, values: Sequence[bytes], *, abort: bool = False) -> None:
    """Each in a transaction of its own."""
    name = f"{settings.prefix}writer"
    with closing(KafkaProducer(bootstrap_servers=settings.kafka, transactional_id=name, acks="all")) as producer:
        producer.init_transactions()
        for value in values:
            producer.begin_transaction()
            producer.send(settings.prefix + TOPIC, value=value, partition=0).get(10)
            if abort:
                producer.abort_transaction()
            else:
                producer.commit_transaction()


def read_all(settings: Settings, many: int) -> None:
    """As a worker of the stage does."""
    log = KafkaLog(
        settings.kafka, group=ROW.name, slot=0, topics=ROW.reads, batch=ROW.batch, prefix=settings.prefix
    )
    with closing(log):
        done = 0
        while done < many:
            batch = log.poll(0.5)
            if batch:
                log.commit((), batch)
                done += len(batch)


def places(settings: Settings) -> tuple[int, int]:
    """The stage's position in the partition, and the end of that."""
    place = TopicPartition(settings.prefix + TOPIC, 0)
    group = settings.prefix + ROW.name
    consumer = KafkaConsumer(bootstrap_servers=settings.kafka, group_id=group, isolation_level="read_committed")
    with closing(consumer):
        return consumer.committed(place) or 0, consumer.end_offsets([place])[place]


def test_records_wait_until_they_were_read_and_marks_never_do(installation: Settings) -> None:
    with closing(KafkaBacklog(installation.kafka, (ROW,), installation.prefix)) as backlog:

        def look() -> Waiting:
            live, behind = backlog.look()
            assert behind == Waiting(ROW.name, BEHIND, 0, None)
            return live

        def nothing_waits() -> bool:
            # A broker that has just begun makes the place of groups' positions when it is first asked.
            with suppress(DependencyUnavailable):
                return look() == Waiting(ROW.name, TOPIC, 0, None)
            return False

        until(nothing_waits, "the broker answers")

        began = time.time()
        write(installation, [b"%d" % number for number in range(5)])
        write(installation, [b"never"], abort=True)
        # Kafka answers the end of a transaction before its marks can be read.
        found = until(lambda: one if (one := look()).records == 5 else None, "five records wait")
        assert found.oldest is not None
        assert began - 5 < found.oldest < time.time() + 5

        read_all(installation, 5)
        position, end = places(installation)
        assert end > position, "the control: marks lie behind the position, and look like a line"
        until(nothing_waits, "what was read waits no more")

        write(installation, [b"later"])
        until(lambda: look().records == 1, "the later one waits")


def test_of_a_long_line_only_the_first_part_is_read(installation: Settings) -> None:
    write(installation, [b"x" * 8_000] * 60)
    with closing(KafkaBacklog(installation.kafka, (ROW,), installation.prefix)) as backlog:
        (live, _) = backlog.look()
    assert 50 <= live.records <= 70
