"""Real servers for the session, and an installation of its own for each test: a prefix in the shared cluster."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from processors import config, pipeline
from processors.adapters import kafka_admin, provision
from processors.audit import keys
from processors.config import Settings
from tests.servers import Servers, servers

#: MinIO learns its notification targets at its start, so there is a fixed number of installations for a session.
PREFIXES = tuple(f"t{n}-" for n in range(100))


def _target(prefix: str) -> str:
    return prefix.strip("-").upper()


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """A real Kafka and a real MinIO."""

    def create(kafka: str) -> None:
        kafka_admin.create_topics(kafka, {prefix + pipeline.NOTIFICATIONS: 2 for prefix in PREFIXES})

    targets = [(_target(prefix), prefix + pipeline.NOTIFICATIONS) for prefix in PREFIXES]
    with servers(tmp_path_factory.mktemp("servers"), create, targets) as started:
        yield started


@pytest.fixture(scope="session")
def unused_prefixes() -> Iterator[str]:
    return itertools.chain(PREFIXES)


@pytest.fixture
def installation(live: Servers, unused_prefixes: Iterator[str], tmp_path: Path) -> Settings:
    """Settings of an installation that nobody else uses: topics, buckets and the agency "alpha" exist."""
    return make_installation(live, next(unused_prefixes), tmp_path)


Installations = Callable[[], Settings]


def make_installation(live: Servers, prefix: str, home: Path, **changes: object) -> Settings:
    """Topics and buckets under a prefix, ready for workers."""
    base = config.load({"CHANCERY_HOME": str(home / "home")})
    settings = replace(
        base,
        kafka=live.kafka,
        s3=live.s3,
        database=f"sqlite:///{home}/ledger.sqlite",
        prefix=prefix,
        agencies=("alpha",),
        notification_arns=live.arns(_target(prefix)),
        audit=replace(base.audit, seconds=1),
        **{"most_partitions": 2, **changes},  # type: ignore[arg-type]
    )
    settings.home.mkdir(parents=True, exist_ok=True)
    keys.ensure(settings.audit.key)
    provision.create_topics(settings)
    provision.set_up_buckets(settings, settings.notification_arns)
    return settings
