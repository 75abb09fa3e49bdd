"""Opens the ledger's database: SQLite in a file, or PostgreSQL. The only place that knows which one it is."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, make_url, select, text, update
from sqlalchemy.exc import ArgumentError, DataError, InterfaceError, OperationalError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from processors.errors import DependencyUnavailable, EventInvalid, PipelineError
from processors.record import tables
from processors.variables import SettingInvalid

#: Version of the tables that this code reads and writes.
VERSION = 6
#: What brings the tables of the version before to a version, in SQL that both databases understand.
_UPGRADES = {
    2: (
        "ALTER TABLE documents ADD COLUMN name TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE documents ADD COLUMN parent VARCHAR(64) NOT NULL DEFAULT ''",
        "CREATE INDEX documents_by_parent ON documents (parent)",
    ),
    3: (
        "CREATE TABLE comparisons (agency VARCHAR(64) NOT NULL PRIMARY KEY, "
        "known_before TIMESTAMP NOT NULL, whole_at TIMESTAMP NOT NULL)",
    ),
    4: (
        "ALTER TABLE unreadable ADD COLUMN about VARCHAR(64) DEFAULT '' NOT NULL",
        "CREATE INDEX ix_unreadable_about ON unreadable (about)",
    ),
    # The state "held" came in before the ends, whose ranks stand in what sorts events.
    5: (
        "UPDATE documents SET state_order = '10' || substr(state_order, 3) WHERE substr(state_order, 1, 2) = '09'",
        "UPDATE documents SET state_order = '09' || substr(state_order, 3) WHERE substr(state_order, 1, 2) = '08'",
        "UPDATE documents SET state_order = '08' || substr(state_order, 3) WHERE substr(state_order, 1, 2) = '07'",
        "UPDATE documents SET state_order = '07' || substr(state_order, 3) WHERE substr(state_order, 1, 2) = '06'",
        "UPDATE documents SET type_order = '10' || substr(type_order, 3) WHERE substr(type_order, 1, 2) = '09'",
        "UPDATE documents SET type_order = '09' || substr(type_order, 3) WHERE substr(type_order, 1, 2) = '08'",
        "CREATE INDEX documents_by_run ON documents (run_id, state)",
    ),
    6: (
        "CREATE INDEX documents_by_arrival ON documents (first_seen, id, run_id)",
        "CREATE INDEX documents_by_agency_and_arrival ON documents (agency, first_seen, id, run_id)",
        "CREATE INDEX documents_by_end ON documents (since, state)",
        "CREATE TABLE disposals (id VARCHAR(64) NOT NULL PRIMARY KEY, agency VARCHAR(64) NOT NULL, "
        "type TEXT NOT NULL, disposal VARCHAR(64) NOT NULL, at TIMESTAMP NOT NULL)",
        "CREATE INDEX disposals_by_disposal ON disposals (disposal)",
        "CREATE TABLE reviews (review VARCHAR(64) NOT NULL PRIMARY KEY, holder TEXT NOT NULL, "
        "until TIMESTAMP, looks INTEGER NOT NULL, people TEXT NOT NULL, sent BOOLEAN NOT NULL)",
    ),
}
#: How long SQLite waits for another process's transaction: ours take milliseconds, a checkpoint may take seconds.
BUSY_SECONDS = 30
_PAUSE_SECONDS = 0.02
#: PostgreSQL advisory lock under which the tables are made: two processes that start together must not collide.
_CREATING = 0x6368616E


class LedgerTooNewError(PipelineError):
    """The ledger was written by a newer Chancery: install that version, or restore an older ledger."""

    code = "ledger_too_new"
    blame = "dependency"


@contextmanager
def translated() -> Iterator[None]:
    """Names a database that is away, locked or full for what it is; anything else is our own mistake and passes."""
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        # The driver's text, never the statement: its parameters may hold names from outside.
        raise DependencyUnavailable(f"ledger: {getattr(error, 'orig', None) or type(error).__name__}") from error


def open_engine(url: str) -> Engine:
    """A pool of connections to a database that holds our tables.

    Raises:
        SettingInvalid: the URL cannot be used.
        DependencyUnavailable: the database does not answer.
        LedgerTooNewError: the tables are of a newer version.
    """
    engine = _engine(url)
    try:
        with translated():
            _ensure_tables(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that may write; takes SQLite's write lock at once, since a read lock cannot always grow.

    Raises:
        EventInvalid: a value does not fit its column: too long, too large, a NUL; only a forged event has one.
        DependencyUnavailable: see `translated`.
    """
    try:
        with translated(), engine.connect().execution_options(writes=True) as connection, connection.begin():
            yield connection
    except (DataError, OverflowError) as error:
        raise EventInvalid(type(error).__name__) from None
    except StatementError as error:
        if isinstance(error.orig, OverflowError | ValueError):  # while a parameter was made ready
            raise EventInvalid(type(error.orig).__name__) from None
        raise


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One transaction that only reads."""
    with translated(), engine.connect() as connection, connection.begin():
        yield connection


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise SettingInvalid("CHANCERY_DATABASE", "(not shown)", "an SQLAlchemy URL") from error
    if parsed.drivername.startswith("postgresql"):
        return create_engine(parsed, pool_pre_ping=True, connect_args={"connect_timeout": 5})
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        raise SettingInvalid("CHANCERY_DATABASE", parsed.drivername, "sqlite:///FILE or postgresql+psycopg://…")
    Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: Any) -> None:
    # We begin transactions ourselves: Python's driver begins them late and commits around DDL.
    connection.isolation_level = None
    _keep_a_log_ahead(connection)
    # FULL: the topic's position is committed after the ledger, so a power cut must not take a commit back.
    connection.execute("PRAGMA synchronous=FULL")


def _keep_a_log_ahead(connection: Any) -> None:
    """Turns the write-ahead log on, which is kept in the file: every later connection only asks.

    While another process writes into a file that is still new, SQLite says at once that it is locked, whatever
    timeout it was given: waiting with a lock that must grow might never end. Hence the asking again.
    """
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE_SECONDS)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _ensure_tables(engine: Engine) -> None:
    with reading(engine) as connection:
        if inspect(connection).has_table(tables.schema_version.name) and _version(connection) == VERSION:
            return
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _CREATING})
        tables.schema_version.create(connection, checkfirst=True)
        version = _version(connection)
        if version == 0:
            tables.metadata.create_all(connection)
            connection.execute(insert(tables.schema_version).values(version=VERSION))
            return
        for later in range(version + 1, VERSION + 1):
            for statement in _UPGRADES[later]:
                connection.execute(text(statement))
        connection.execute(update(tables.schema_version).values(version=VERSION))


def _version(connection: Connection) -> int:
    """The version that is written down, 0 if none is; raises if it is newer than ours."""
    version = connection.scalar(select(tables.schema_version.c.version)) or 0
    if version > VERSION:
        raise LedgerTooNewError(f"tables: {version}, this code: {VERSION}")
    return version
