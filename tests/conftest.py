"""What all tests share."""

import os

import pytest

from tests import airflow_home
from tests.ends_of_logs import pytest_runtest_makereport
from tests.live_settings import installation, live, unused_prefixes

# Before anything imports Airflow: it reads its settings once.
airflow_home.prepare()

__all__ = ["installation", "live", "pytest_runtest_makereport", "unused_prefixes"]


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own CHANCERY_ variables change no test."""
    for name in list(os.environ):
        if name.startswith("CHANCERY_") and name != "CHANCERY_CACHE":
            monkeypatch.delenv(name)
