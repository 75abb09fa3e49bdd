"""Gathering refusals on a real Kafka: once each, although the process is killed around its commit."""

from __future__ import annotations

import signal
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from processors.adapters.kafka_reader import KafkaReader
from processors.config import Settings
from processors.pipeline import REFUSALS
from processors.runtime.codec import decode
from tests.live.workers import Workers, workers
from tests.unit.refusals.test_kafka_lines import line

pytestmark = [pytest.mark.live, pytest.mark.timeout(400)]


def refuse(log: Path, number: int) -> None:
    """A refusal, as Kafka logs it."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a") as file:
        file.write(line(f"topic-{number}") + "\n")


def counted(settings: Settings) -> Counter[str]:
    """How often the topic says that what was refused."""
    pattern = REFUSALS.replace(".", r"\.")
    found: Counter[str] = Counter()
    with closing(KafkaReader(settings.kafka, pattern, group=None, prefix=settings.prefix)) as reader:
        quiet = 0
        while quiet < 3:
            polled = reader.poll(0.5)
            quiet = 0 if polled else quiet + 1
            for one in polled:
                data = decode(one.value).data
                found[data.thing] += data.times
    return found


def until_deaths(group: Workers, number: int) -> None:
    limit = time.monotonic() + 60
    while len(group.deaths) < number:
        assert time.monotonic() < limit, "nobody died"
        time.sleep(0.1)


def killed_three_times(settings: Settings, point: str, command: Sequence[str] = Workers.command) -> Counter[str]:
    """What the topic says after a collector was killed three times at a point, and went on."""
    log = settings.home / "kafka-refusals.log"
    extra = {"CHANCERY_REFUSALS_LOG": str(log), "CHANCERY_REFUSALS_SECONDS": "1"}
    killing = {"CHANCERY_FAIL_POINTS": f"refusals:{point}:1"}
    with workers(settings, ("refusals",), extra=extra | killing, command=command) as group:
        for number in range(3):
            refuse(log, number)
            until_deaths(group, number + 1)
        group.extra = extra
        refuse(log, 3)
        limit = time.monotonic() + 60
        while "TOPIC:topic-3" not in (found := counted(settings)):
            assert time.monotonic() < limit, "the last one never came"
        # One that began before it was told otherwise is killed once more, and the next may still be loading.
        assert group.stop()["refusals"] in (0, -signal.SIGTERM)
    assert {code for _, _, code in group.deaths} == {-9}
    assert set(found) == {f"TOPIC:topic-{number}" for number in range(4)}, "none is lost"
    return found


@pytest.mark.parametrize("point", ["in_transaction", "committed"])
def test_a_kill_around_the_commit_doubles_and_loses_nothing(installation: Settings, point: str) -> None:
    assert set(killed_three_times(installation, point).values()) == {1}


def test_control_a_collector_that_tells_its_positions_afterwards_doubles(installation: Settings) -> None:
    command = (sys.executable, "-m", "tests.faults.forgetful_collector")
    assert max(killed_three_times(installation, "committed", command).values()) > 1
