"""A ledger's file that another process has in its hands while we open it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from processors.errors import DependencyUnavailable
from processors.record import database


@pytest.fixture
def taken(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A new file without a write-ahead log in which another process is about to write."""
    other = sqlite3.connect(tmp_path / "ledger.sqlite", isolation_level=None, check_same_thread=False)
    with closing(other):
        other.execute("CREATE TABLE theirs (x)")
        other.execute("BEGIN IMMEDIATE")
        yield other


def test_opening_waits_for_another_who_writes_into_a_new_file(tmp_path: Path, taken: sqlite3.Connection) -> None:
    with ThreadPoolExecutor(1) as pool:
        opening = pool.submit(database.open_engine, f"sqlite:///{tmp_path}/ledger.sqlite")
        time.sleep(0.3)
        assert not opening.done(), "it was refused at once"
        taken.execute("COMMIT")
        engine = opening.result(timeout=60)
    with database.reading(engine) as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    engine.dispose()


def test_opening_does_not_wait_for_ever(
    tmp_path: Path, taken: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.2)
    with pytest.raises(DependencyUnavailable, match="database is locked"):
        database.open_engine(f"sqlite:///{tmp_path}/ledger.sqlite")
