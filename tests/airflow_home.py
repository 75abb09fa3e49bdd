"""Where Airflow lives in tests: a folder and a database of its own, one for the whole process.

Airflow reads its settings once, when it is first imported, so `tests/conftest.py` calls `prepare` before any test.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
_MARK = "CHANCERY_TESTS_AIRFLOW_HOME_OF"


def prepare() -> Path:
    """Point Airflow at a folder of this process, made at the first call."""
    if os.environ.get(_MARK) == str(os.getpid()):
        return Path(os.environ["AIRFLOW_HOME"])
    if "airflow.configuration" in sys.modules:
        raise RuntimeError("Airflow was imported before tests.airflow_home.prepare() was called.")
    home = Path(tempfile.mkdtemp(prefix="chancery-airflow-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ.update(settings(home))
    os.environ[_MARK] = str(os.getpid())
    return home


def settings(home: Path) -> dict[str, str]:
    """Airflow's settings: our DAGs alone, an SQLite database, no examples."""
    return {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "ann:op,bea:op",
    }
