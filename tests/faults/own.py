"""A Kafka and a MinIO for one test, whose data folders may be small disks or whose settings may be weaker."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from processors import pipeline
from processors.adapters import kafka_admin
from processors.config import Settings
from tests.live_settings import PREFIXES, _target, make_installation
from tests.servers import Servers, servers

PREFIX = PREFIXES[0]


@contextmanager
def installation_of_its_own(
    folder: Path, variables: Mapping[str, str] | None = None
) -> Iterator[tuple[Settings, Servers]]:
    """Servers with their data in `folder`/servers, and one installation on them.

    Args:
        folder: of the test
        variables: of MinIO, in place of those of the local stack
    """
    topic = PREFIX + pipeline.NOTIFICATIONS
    kafka = lambda endpoint: kafka_admin.create_topics(endpoint, {topic: 2})  # noqa: E731
    (folder / "servers").mkdir(exist_ok=True)
    with servers(folder / "servers", kafka, [(_target(PREFIX), topic)]) as started:
        if variables:
            started.minio.kill()
            started.minio.process._environment |= variables
            started.minio.start()
            started.minio.wait_healthy()
        yield make_installation(started, PREFIX, folder), started
