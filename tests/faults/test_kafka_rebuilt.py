"""Kafka is built anew while the object store is kept: what was on its way ends, what had ended does not again."""

from __future__ import annotations

import shutil
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from processors import pipeline
from processors.adapters import kafka_admin, provision
from processors.batch.reconcile import Wishes, reconcile
from processors.batch.report import Standstill
from processors.orchestration.doors import doors_of
from processors.record.ledger import Ledger
from tests.documents import text_pdf
from tests.faults.conftest import OWN
from tests.live.oracle import Oracle, upload
from tests.live.workers import workers
from tests.live_settings import make_installation
from tests.servers import Servers

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]


def test_what_was_on_its_way_ends_once_on_a_kafka_that_was_built_anew(own_servers: Servers, tmp_path: Path) -> None:
    settings = make_installation(own_servers, OWN[0], tmp_path)
    with Ledger.open(settings.database) as ledger:
        with workers(settings, ("intake", "record")), closing(Oracle(settings)) as before:
            ended = upload(settings, "empty.pdf", b"")
            # No worker of ocr: these two stop before it.
            caught = [upload(settings, f"letter {n}.pdf", text_pdf([f"Letter {n}"])) for n in range(2)]
            before.wait([ended])
            while set(caught) - set(ledger.entries(caught)):
                time.sleep(0.2)
        _build_anew(own_servers)
        provision.create_topics(settings)

        wishes = Wishes(grace=timedelta(0), patience=timedelta(0))
        with workers(settings), closing(Oracle(settings)) as after:
            doors = doors_of(settings, ledger)
            report = reconcile(doors, ["alpha"], wishes)
            assert report.inboxes["alpha"].missing == 0, "all were taken in once: no announcement was lost"
            assert {one.document: (one.why, one.resumed) for one in report.still} == dict.fromkeys(
                caught, (Standstill.TAKEN_OVER, True)
            )
            again = reconcile(doors, ["alpha"], wishes)
            assert not [one for one in again.still if one.resumed], "they wait in line, or have moved"
            after.wait(caught, seconds=120)
            assert after.repeated() == {}
            assert ended not in after.ends
            limit = time.monotonic() + 30
            while ledger.waiting(caught):
                assert time.monotonic() < limit
                time.sleep(0.2)
            assert reconcile(doors, ["alpha"], wishes).still == []


def _build_anew(servers: Servers) -> None:
    """An empty Kafka with another id at the same place."""
    servers.broker.kill()
    shutil.rmtree(servers.broker.folder / "data")
    servers.broker.start()
    servers.broker.wait_healthy()
    kafka_admin.create_topics(servers.kafka, {prefix + pipeline.NOTIFICATIONS: 2 for prefix in OWN})
