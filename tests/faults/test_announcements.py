"""Announcements that come three times, in any order and late; files that are overwritten or deleted meanwhile.

Every version ends once; one that was deleted before it was read ends as `source_gone`. The control takes every
announcement for the first and must double ends.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest
from kafka import KafkaProducer

from processors import pipeline
from processors.adapters.kafka_client import client_settings
from processors.adapters.kafka_reader import KafkaReader
from processors.adapters.minio_objects import MinioObjects
from processors.config import Settings
from processors.places import Buckets
from processors.ports import Incoming
from tests.faults.figures import SEED, Figures
from tests.faults.flowing import Flow, letter
from tests.faults.judging import judge, put
from tests.live.oracle import Oracle
from tests.live.workers import ALL, workers
from tests.live_settings import make_installation
from tests.servers import Servers

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

COPIES = 3


def announced(settings: Settings, least: int) -> list[Incoming]:
    """What MinIO has announced so far: at least so many records."""
    pattern = re.escape(pipeline.NOTIFICATIONS)
    found: list[Incoming] = []
    limit = time.monotonic() + 60
    with closing(KafkaReader(settings.kafka, pattern, group=None, prefix=settings.prefix)) as reader:
        while len(found) < least:
            assert time.monotonic() < limit, f"{len(found)} of {least} announcements came"
            found += reader.poll(0.5)
    return found


def announce(settings: Settings, records: Sequence[Incoming]) -> None:
    """Write the records again, in this order, as anyone with access to the topic may."""
    producer: Any = KafkaProducer(acks="all", **client_settings(settings.kafka))
    for record in records:
        producer.send(settings.prefix + pipeline.NOTIFICATIONS, key=record.key, value=record.value)
    producer.flush()
    producer.close()


def delete_version(settings: Settings, name: str) -> None:
    """Delete the newest version of a file for good."""
    client, bucket = MinioObjects(settings.s3).client, Buckets(settings.prefix).inbox("alpha")
    newest = client.stat_object(bucket, name)
    client.remove_object(bucket, name, version_id=newest.version_id)


def test_repeated_shuffled_and_late_announcements_end_each_version_once(
    live: Servers, unused_prefixes: Iterator[str], tmp_path: Path, figures: Figures
) -> None:
    settings, random = make_installation(live, next(unused_prefixes), tmp_path), Random(SEED)
    sent = dict(put(settings, f"file {n}.pdf", letter(4 * n)) for n in range(24))
    sent |= dict(put(settings, f"file {n}.pdf", letter(4 * (100 + n))) for n in range(6))  # overwritten
    gone = dict(put(settings, f"gone {n}.pdf", letter(4 * (200 + n))) for n in range(5))
    for n in range(5):
        delete_version(settings, f"gone {n}.pdf")
    client = MinioObjects(settings.s3).client
    client.remove_object(Buckets(settings.prefix).inbox("alpha"), "file 23.pdf")  # a marker: the version stays
    # Two ways announce each version.
    records = announced(settings, 2 * (len(sent) + len(gone)))
    random.shuffle(copies := records * COPIES)
    announce(settings, copies)
    with workers(settings) as group, closing(Oracle(settings)) as oracle:
        oracle.wait([*sent, *gone], seconds=240)
        # Late: everything has ended long ago. And files that are deleted while they are worked on.
        random.shuffle(records)
        announce(settings, records)
        meanwhile: dict[str, str] = {}
        for n in range(16):
            meanwhile |= dict([put(settings, f"meanwhile {n}.pdf", letter(4 * (300 + n)))])
            time.sleep(random.random() / 4)
            delete_version(settings, f"meanwhile {n}.pdf")
        ends = oracle.wait([*sent, *gone, *meanwhile], seconds=240, after=6)
        assert group.deaths == []
    verdict = judge(settings, sent | gone | meanwhile)
    reasons = {ends[i].reason for i in gone}
    figures(
        **verdict.to_json(),
        announcements=len(records) * (COPIES + 2),
        deleted_before=len(gone),
        deleted_meanwhile=len(meanwhile),
        of_these_source_gone=sum(ends[i].reason == "source_gone" for i in meanwhile),
    )
    verdict.hold()
    assert reasons == {"source_gone"}
    assert all(ends[i].state in ("review", "result") for i in sent)
    assert all(ends[i].state in ("review", "result") or ends[i].reason == "source_gone" for i in meanwhile)


def test_control_a_worker_that_believes_every_announcement_doubles_ends(
    live: Servers, unused_prefixes: Iterator[str], tmp_path: Path, figures: Figures
) -> None:
    settings = make_installation(live, next(unused_prefixes), tmp_path)
    with workers(settings, ALL[1:]) as group, closing(Oracle(settings)) as oracle:
        group.command = (sys.executable, "-m", "tests.live.claimless_worker")
        group.start("intake")
        flow = Flow(settings, oracle)
        flow.send(0, 4)
        limit = time.monotonic() + 120
        while flow.ended < 4:
            assert time.monotonic() < limit
            flow.look()
        oracle.read(8)
        group.stop()
    verdict = judge(settings, flow.sent)
    figures(**verdict.to_json())
    assert verdict.doubled
