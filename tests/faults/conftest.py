"""Servers that only the fault tests use: what they break, no other test stands on."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Iterator

import pytest

from processors import pipeline
from processors.adapters import kafka_admin
from tests.faults.figures import figures
from tests.leftovers import collected
from tests.live_settings import PREFIXES, _target
from tests.servers import Servers, servers

__all__ = ["figures"]

#: One installation for each test that has servers of its own.
OWN = PREFIXES[:3]


def pytest_sessionfinish() -> None:
    """The same for those that were still in use when their test ended."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "unclosed <socket", ResourceWarning)
        gc.collect()


@pytest.fixture(autouse=True)
def _nothing_is_left() -> Iterator[None]:
    """Nor is it a fault of the next test, also where this one is not marked as one of the long ones."""
    with collected():
        yield


@pytest.fixture(scope="module")
def own_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """A real Kafka and a real MinIO for one module; installations under the prefixes `OWN`."""

    def create(kafka: str) -> None:
        kafka_admin.create_topics(kafka, {prefix + pipeline.NOTIFICATIONS: 2 for prefix in OWN})

    targets = [(_target(prefix), prefix + pipeline.NOTIFICATIONS) for prefix in OWN]
    with servers(tmp_path_factory.mktemp("own-servers"), create, targets) as started:
        yield started
