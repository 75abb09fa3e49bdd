"""What all tests share."""

import os
from collections.abc import Sequence

import pytest

from processors.local import plan, ports
from tests import airflow_home
from tests.ends_of_logs import pytest_runtest_makereport
from tests.live_settings import installation, live, unused_prefixes

# Before anything imports Airflow: it reads its settings once.
airflow_home.prepare()

# Two processes of tests that start a stack at the same moment would both find the usual ports free.
plan._PORTS = tuple(ports.choose([None] * len(plan._PORTS)))

#: tests that speak to a real Kafka
_ON_SERVERS = ("live", "faults")

__all__ = ["installation", "live", "pytest_runtest_makereport", "unused_prefixes"]


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Where a broker goes away under a reader, or answers late when it closes, kafka-python leaves sockets to the
    collector, which finds them in some later test: no fault of that test.
    """
    for item in items:
        if any(item.get_closest_marker(name) for name in _ON_SERVERS):
            item.add_marker(pytest.mark.filterwarnings("ignore:unclosed <(ssl.SSL)?[Ss]ocket:ResourceWarning"))


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own CHANCERY_ variables change no test."""
    for name in list(os.environ):
        if name.startswith("CHANCERY_") and name != "CHANCERY_CACHE":
            monkeypatch.delenv(name)
