"""Servers that only the fault tests use: what they break, no other test stands on."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence

import pytest

from processors import pipeline
from processors.adapters import kafka_admin
from tests.faults.figures import figures
from tests.live_settings import PREFIXES, _target
from tests.servers import Servers, servers

__all__ = ["figures"]

#: One installation for each test that has servers of its own.
OWN = PREFIXES[:3]


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Where a broker goes away under a reader, kafka-python leaves sockets to the collector: no fault of a test."""
    for item in items:
        if item.get_closest_marker("faults"):
            item.add_marker(pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"))


@pytest.fixture(autouse=True)
def _nothing_left_to_collect() -> Iterator[None]:
    """Sockets that a client left are collected while the filter above holds, not at the end of the session."""
    yield
    gc.collect()


@pytest.fixture(scope="module")
def own_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """A real Kafka and a real MinIO for one module; installations under the prefixes `OWN`."""

    def create(kafka: str) -> None:
        kafka_admin.create_topics(kafka, {prefix + pipeline.NOTIFICATIONS: 2 for prefix in OWN})

    targets = [(_target(prefix), prefix + pipeline.NOTIFICATIONS) for prefix in OWN]
    with servers(tmp_path_factory.mktemp("own-servers"), create, targets) as started:
        yield started
