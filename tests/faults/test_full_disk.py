"""Full disks: of the workers, of MinIO, of Kafka.

Nothing may end falsely, or as a dead letter, because a disk is full; who uploads is told; when there is space again
everything goes on. The control is the look in between: while the disk is full nothing ends, so it was full.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from minio.error import S3Error

from processors.config import Settings
from tests.faults.figures import Figures
from tests.faults.flowing import Flow, letter
from tests.faults.judging import judge, put
from tests.faults.own import installation_of_its_own
from tests.faults.small_disk import MIB, SmallDisk, small_disk
from tests.live.oracle import Oracle
from tests.live.workers import Workers, workers
from tests.live_settings import make_installation
from tests.servers import Servers

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

FULL_SECONDS = 10.0


@contextmanager
def flowing(settings: Settings) -> Iterator[tuple[Flow, Workers]]:
    """Workers and documents; the first few have ended."""
    with workers(settings) as group, closing(Oracle(settings)) as oracle:
        flow = Flow(settings, oracle)
        flow.run(range(4))
        yield flow, group


def refused(settings: Settings, disk: SmallDisk) -> str:
    """The code with which the store refuses an upload; "" if it takes it."""
    disk.fill()
    try:
        put(settings, "one too many.pdf", letter(1) + bytes(4 * MIB))
    except S3Error as error:
        return str(error.code)
    return ""


def test_a_full_work_disk_stops_the_workers_until_there_is_space(
    live: Servers, unused_prefixes: Iterator[str], tmp_path: Path, figures: Figures
) -> None:
    settings = make_installation(live, next(unused_prefixes), tmp_path)
    # Workers take no work with less than 512 MiB of scratch space.
    with small_disk(settings.home / "scratch", 640) as disk, flowing(settings) as (flow, group):
        disk.fill(leave=MIB)
        flow.send(4, 12)
        until = time.monotonic() + FULL_SECONDS
        while time.monotonic() < until:
            flow.look()
        ended_while_full = flow.ended - 4
        said = "disk nearly full" in (group.logs / "intake-0.log").read_text()
        disk.empty()
        flow.run(range(12, 16))
        verdict = judge(settings, flow.sent)
        figures(**verdict.to_json(), ended_while_full=ended_while_full, deaths=group.deaths)
        assert group.deaths == []
    verdict.hold()
    assert ended_while_full == 0
    assert said
    assert verdict.ends.get("dead_letter", 0) == 0


def test_a_full_store_refuses_uploads_and_loses_nothing_that_it_took(tmp_path: Path, figures: Figures) -> None:
    with (
        small_disk(tmp_path / "servers" / "minio" / "data", 192) as disk,
        installation_of_its_own(tmp_path) as (settings, _),
        flowing(settings) as (flow, group),
    ):
        flow.send(4, 16)
        code = refused(settings, disk)
        before = flow.ended
        until = time.monotonic() + FULL_SECONDS
        while time.monotonic() < until:
            flow.look()
        open_while_full = len(flow.sent) - flow.ended
        disk.empty()
        flow.run(range(16, 20))
        verdict = judge(settings, flow.sent)
        figures(
            **verdict.to_json(),
            refused_with=code,
            ended_before=before,
            open_while_full=open_while_full,
            deaths=group.deaths,
        )
    verdict.hold()
    assert code == "XMinioStorageFull"
    assert open_while_full > 0, "all had ended before the disk was full: this run proves nothing"
    assert verdict.ends.get("dead_letter", 0) == 0


def test_a_broker_on_a_full_disk_says_so_and_goes_on_when_there_is_space(tmp_path: Path, figures: Figures) -> None:
    with (
        small_disk(tmp_path / "servers" / "kafka" / "data", 192) as disk,
        installation_of_its_own(tmp_path) as (settings, servers),
        flowing(settings) as (flow, group),
    ):
        disk.fill()
        flow.send(4, 16)
        limit = time.monotonic() + 60
        while servers.broker.process.alive and time.monotonic() < limit:
            time.sleep(0.2)
        stopped = not servers.broker.process.alive
        said = "No space left on device" in servers.broker.process.log.read_text(errors="replace")
        disk.empty()
        servers.broker.kill()
        servers.broker.start()
        servers.broker.wait_healthy()
        flow.run(range(16, 20))
        verdict = judge(settings, flow.sent)
        figures(**verdict.to_json(), broker_stopped=stopped, broker_said_why=said, deaths=group.deaths)
    verdict.hold()
    assert said
    assert verdict.ends.get("dead_letter", 0) == 0
