"""Real servers for tests: one Kafka and one MinIO per pytest session, killed with the test process.

Use from a conftest, so that a session that runs no live test starts none:

    @pytest.fixture(scope="session")
    def live(tmp_path_factory):
        with servers(tmp_path_factory.mktemp("servers"), create_topics) as started:
            yield started

Start them from the main thread (a fixture does): they die when the thread that started them ends.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest

from processors.config import S3Settings
from processors.local import ports
from processors.local.failures import ProgramMissingError
from processors.local.kafka_server import KafkaServer
from processors.local.minio_server import TARGET, MinioServer, Notifications, arns
from processors.local.postgres_server import PostgresServer


@dataclass(frozen=True)
class Servers:
    """A running broker and object store; faults are made with their stop, kill, start and wait_healthy."""

    broker: KafkaServer
    minio: MinioServer

    @property
    def kafka(self) -> str:
        """host:port of the broker."""
        return self.broker.endpoint

    @property
    def s3(self) -> S3Settings:
        """How to reach the object store."""
        return self.minio.settings

    def arns(self, target: str = TARGET) -> tuple[str, str]:
        """What an inbox names to announce what lands to `target`."""
        return arns(target, self.s3.region)

    def heal(self) -> None:
        """Start whatever a test has stopped or killed, and wait until both are healthy."""
        for server in (self.broker, self.minio):
            if not server.process.alive:
                server.start()
            server.wait_healthy()


@contextmanager
def servers(
    folder: Path,
    topics_hook: Callable[[str], None],
    targets: Sequence[tuple[str, str]] = ((TARGET, "intake.notifications"),),
) -> Iterator[Servers]:
    """A fresh Kafka and MinIO on free ports with their data in `folder`, stopped at the end. Takes 3 to 5 s.

    Args:
        folder: empty; keeps the logs afterwards.
        topics_hook: called with host:port of the broker before MinIO starts; must create the topics of `targets`.
        targets: (id, topic) of each notification target; tests with prefixes may add their own.
    """
    kafka_port, controller_port, s3_port = ports.choose([None, None, None])
    broker = KafkaServer(folder / "kafka", kafka_port, controller_port)
    settings = S3Settings(f"{ports.LOOPBACK}:{s3_port}", access_key="chancery", secret_key="chancery-test")
    notifications = [Notifications(broker.endpoint, topic, target) for target, topic in targets]
    minio = MinioServer(folder / "minio", settings, notifications)
    try:
        broker.start()
        broker.wait_healthy()
        topics_hook(broker.endpoint)
        minio.start()
        minio.wait_healthy()
        yield Servers(broker, minio)
    finally:
        # Killed, not stopped: the data is thrown away, and a clean stop of the broker would take 2 s.
        minio.kill()
        broker.kill()


def missing(program: ProgramMissingError) -> NoReturn:
    """Skip what needs this program on a developer's machine; fail in CI, where a skipped test would go unseen."""
    if os.environ.get("CI") == "true":
        pytest.fail(str(program))
    pytest.skip(str(program))


@contextmanager
def postgres(folder: Path) -> Iterator[PostgresServer]:
    """A fresh PostgreSQL on a free port with its data in `folder`, killed at the end. Takes 1 s."""
    try:
        server = PostgresServer(folder, ports.choose([None])[0])
    except ProgramMissingError as program:
        missing(program)
    try:
        server.start()
        server.wait_healthy()
        yield server
    finally:
        server.kill()
