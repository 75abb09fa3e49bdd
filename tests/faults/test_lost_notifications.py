"""Notifications that MinIO loses: a torn file in its queue, a queue that is full, kills under upload.

Without the reconciler documents are lost: that is the control, and it must lose some. One run of it brings them.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from minio.error import S3Error
from urllib3.exceptions import HTTPError

from processors import pipeline
from processors.adapters.kafka_reader import KafkaReader
from processors.config import Settings
from processors.places import Buckets
from processors.runtime import arrival
from processors.runtime.notification import landed
from tests.faults.figures import SEED, Figures
from tests.faults.flowing import letter
from tests.faults.judging import Verdict, judge, put
from tests.faults.own import PREFIX, installation_of_its_own
from tests.faults.reconciler import reconcile
from tests.live.oracle import Oracle
from tests.live.workers import workers
from tests.live_settings import _target
from tests.servers import Servers

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]

UPLOADS = 16
LIMIT = 5
KILLS = 4
#: Seconds. MinIO tries its queue every 3 s.
SILENCE = 30.0


def upload_without_broker(settings: Settings, servers: Servers) -> dict[str, str]:
    """Uploads that are answered 200 while Kafka is away: their notifications lie in MinIO's queue, or nowhere."""
    servers.broker.kill()
    with ThreadPoolExecutor(UPLOADS) as pool:
        return dict(pool.map(lambda n: put(settings, f"letter {n}.pdf", letter(4 * n)), range(UPLOADS)))


def tear(servers: Servers) -> None:
    """Cut the oldest file of the queue in half, as a loss of power does."""
    servers.minio.kill()
    queue = servers.minio.folder / "queue" / _target(PREFIX)
    oldest = min(queue.rglob("*.event*"), key=lambda file: (file.stat().st_mtime, file.name))
    oldest.write_bytes(oldest.read_bytes()[: oldest.stat().st_size // 2])


def come_back(servers: Servers) -> None:
    servers.heal()


def announced(settings: Settings) -> set[str]:
    """The documents that MinIO announces, until it has been silent for longer than its retries take."""
    found: set[str] = set()
    buckets, pattern = Buckets(settings.prefix), re.escape(pipeline.NOTIFICATIONS)
    with closing(KafkaReader(settings.kafka, pattern, group=None, prefix=settings.prefix)) as reader:
        last = time.monotonic()
        while time.monotonic() - last < SILENCE:
            for record in reader.poll(0.5):
                found |= {arrival.identify(said, buckets).id for said in landed(record.value)}
                last = time.monotonic()
    return found


def settle(settings: Settings, sent: dict[str, str]) -> Verdict:
    """Wait until all that was announced has ended, and judge: what has no end now never gets one by itself."""
    with closing(Oracle(settings)) as oracle:
        oracle.wait(sorted(announced(settings)), seconds=300)
    return judge(settings, sent)


@pytest.mark.parametrize("how", ["torn", "full"])
def test_what_the_queue_loses_the_reconciler_brings(tmp_path: Path, how: str, figures: Figures) -> None:
    limit = {f"MINIO_NOTIFY_KAFKA_QUEUE_LIMIT_{_target(PREFIX)}": str(LIMIT)} if how == "full" else None
    with installation_of_its_own(tmp_path, limit) as (settings, servers):
        sent = upload_without_broker(settings, servers)
        if how == "torn":
            tear(servers)
        come_back(servers)
        with workers(settings):
            control = settle(settings, sent)
            figures(
                how=how, uploads_answered_200=len(sent), lost_without_the_reconciler=len(control.lost),
                doubled_without_it=len(control.doubled),
            )  # fmt: skip
            assert control.lost, "nothing was lost: this run proves nothing"
            reconcile(settings)
            verdict = settle(settings, sent)
    figures(**verdict.to_json())
    verdict.hold()


def keep_uploading(settings: Settings, numbers: Sequence[int], sent: dict[str, str], stop: threading.Event) -> None:
    """Upload, and again after an error, as a sender does; only what was answered with 200 counts."""
    for number in numbers:
        while not stop.is_set():
            try:
                sent.update([put(settings, f"letter {number}.pdf", letter(4 * number))])
                break
            except (S3Error, HTTPError):
                stop.wait(0.05)


def test_kills_of_the_store_under_upload_lose_nothing(tmp_path: Path, figures: Figures) -> None:
    """What landed and was never answered counts, too: a kill between writing and announcing leaves such."""
    with installation_of_its_own(tmp_path) as (settings, servers):
        sent: dict[str, str] = {}
        stop, random = threading.Event(), Random(SEED)
        with workers(settings) as group:
            uploaders = [
                threading.Thread(target=keep_uploading, args=(settings, range(n, 200, 4), sent, stop))
                for n in range(4)
            ]
            for uploader in uploaders:
                uploader.start()
            for _ in range(KILLS):
                time.sleep(0.5 + random.random())
                servers.minio.kill()
                servers.minio.start()
                servers.minio.wait_healthy()
            for uploader in uploaders:
                uploader.join(300)
            stop.set()
            before = settle(settings, sent)
            figures(
                acknowledged=len(sent), store_kills=KILLS, lost_without_the_reconciler=len(before.lost),
                of_these_acknowledged=len(set(before.lost) & set(sent)), deaths=group.deaths,
            )  # fmt: skip
            if before.lost:
                reconcile(settings)
            verdict = settle(settings, sent)
    figures(**verdict.to_json())
    verdict.hold()
