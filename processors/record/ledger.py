"""The ledger's door: events in, the state of each document out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, Self

from sqlalchemy import Connection, Engine, Select, Table, func, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from processors.events import DeadLettered, Event
from processors.pipeline import TOPICS
from processors.record.database import open_engine, reading, writing
from processors.record.entry import Count, Entry, StepEntry
from processors.record.facts import entry_of, merge, utc_now
from processors.record.rows import entry_of_row, row_of, step_row, unreadable_row
from processors.record.standing import published
from processors.record.states import BY_NAME, ENDS, State
from processors.record.tables import documents, steps, unreadable

_STEP_FIELDS = tuple(f.name for f in fields(StepEntry))
#: Events of one piece of work have one time; the table of topics is in the order of the stages.
_ORDER = {t.event.TYPE: place for place, t in enumerate(TOPICS) if t.event}  # type: ignore[attr-defined]
#: Ids in one query: SQLite takes 32,766 parameters, but a statement of a thousand is already fast.
_CHUNK = 1_000


class AmbiguousIdError(LookupError):
    """More than one document id begins so."""


class Ledger:
    """What state each document is in, in SQLite or PostgreSQL. Safe to be fed by several processes at once."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = utc_now) -> None:
        """Use a database whose tables exist; see `open`."""
        self._engine = engine
        self._clock = clock

    @classmethod
    def open(cls, url: str, clock: Callable[[], datetime] = utc_now) -> Self:
        """Open the ledger at an SQLAlchemy URL, making its tables if there are none.

        Raises:
            SettingInvalid: the URL cannot be used.
            DependencyUnavailable: the database does not answer.
            LedgerTooNewError: the tables are of a newer version.
        """
        return cls(open_engine(url), clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    @property
    def engine(self) -> Engine:
        """For other views of the same database, such as `record/proofs.py`."""
        return self._engine

    # Writing

    def apply(self, event: Event[Any], recorded_at: datetime | None = None) -> bool:
        """Take note of an event; False if it was known already. See `apply_many`."""
        return self.apply_many((event,), recorded_at) == 1

    def apply_many(self, events: Sequence[Event[Any]], recorded_at: datetime | None = None) -> int:
        """Take note of events in one transaction, in whatever order; returns how many were new.

        Raises: as `news` does
        """
        return len(self.news(events, recorded_at))

    def news(
        self, events: Sequence[Event[Any]], recorded_at: datetime | None = None
    ) -> tuple[tuple[Event[Any], datetime], ...]:
        """Take note of events in one transaction; returns those that were new.

        With each the time of the first event of its document in this run, as far as it is known by now; of one that
        names no document its own.

        Raises:
            EventInvalid: an event is of a type that never travels on a topic, or holds what no database takes;
                nothing was written.
            DependencyUnavailable: the database does not answer; nothing was written.
        """
        at = recorded_at or self._clock()
        # In the same order everywhere, so that two processes never wait for each other's rows.
        ordered = sorted(events, key=lambda event: (event.subject, event.id))
        #: of each document and run
        first: dict[tuple[str, str], datetime] = {}
        new = []
        with writing(self._engine) as connection:
            for event in ordered:
                seen = self._note(connection, event, at)
                if seen is not None:
                    first[event.subject or event.id, event.runid] = seen
                    new.append(event)
        return tuple((event, first[event.subject or event.id, event.runid]) for event in new)

    def _note(self, connection: Connection, event: Event[Any], at: datetime) -> datetime | None:
        """When the document was first heard of in this run; None if the event was known."""
        if isinstance(event.data, DeadLettered) and event.data.document is None:
            new = self._insert(connection, unreadable, unreadable_row(event, event.data, at))
            return event.time if new else None
        heard = entry_of(event)
        mine = (documents.c.id == heard.id) & (documents.c.run_id == heard.run_id)
        known: Entry | None = None
        # The document's row before its steps: of two processes that were handed the same event, one with and one
        # without an earlier one, each would else hold what the other waits for.
        if not self._insert(connection, documents, row_of(heard) | {"updated": at}):
            known = entry_of_row(
                connection.execute(select(documents).where(mine).with_for_update()).mappings().one()
            )
        if not self._insert(connection, steps, step_row(event, heard, at)):
            return None
        if known is not None:
            heard = merge(known, heard)
            connection.execute(update(documents).where(mine).values(row_of(heard) | {"updated": at}))
        return heard.first_seen

    def _insert(self, connection: Connection, table: Table, row: dict[str, Any]) -> bool:
        """Whether the row was new."""
        dialect = postgresql if self._engine.dialect.name == "postgresql" else sqlite
        into = dialect.insert(table).values(row).on_conflict_do_nothing()
        # Not rowcount: the drivers do not agree on what it says of an INSERT.
        return connection.execute(into.returning(literal(1))).first() is not None

    # Reading

    def find(self, prefix: str) -> Entry | None:
        """The document whose id is or begins with `prefix`, in its newest run; reprocessings count once approved.

        Raises:
            AmbiguousIdError: several ids begin so.
        """
        with reading(self._engine) as connection:
            exact = _newest(connection, documents.c.id == prefix)
            found = exact or _newest(connection, documents.c.id.startswith(prefix, autoescape=True))
        if len({entry.id for entry in found}) > 1:
            raise AmbiguousIdError(prefix)
        return found[0] if found else None

    def path(self, document_id: str, run_id: str = "live") -> tuple[StepEntry, ...]:
        """The events of a document in a run, by time; those of one time in the order of the stages."""
        mine = (steps.c.document_id == document_id) & (steps.c.run_id == run_id)
        with reading(self._engine) as connection:
            rows = connection.execute(select(steps).where(mine)).mappings()
            path = [StepEntry(**{name: row[name] for name in _STEP_FIELDS}) for row in rows]
        return tuple(sorted(path, key=lambda step: (step.at, _ORDER.get(step.event_type, 0), step.event_id)))

    def list(
        self, agency: str = "", state: State | None = None, limit: int = 100, run_id: str = "live"
    ) -> tuple[Entry, ...]:
        """The documents of a run, those that arrived last first."""
        query = select(documents).where(documents.c.run_id == run_id)
        query = query.where(documents.c.agency == agency) if agency else query
        query = query.where(documents.c.state == state.value) if state else query
        return self._read(query.order_by(documents.c.first_seen.desc(), documents.c.id).limit(limit))

    def ended(
        self, state: State, agency: str = "", reason: str = "", since: datetime | None = None, limit: int = 100
    ) -> tuple[Entry, ...]:
        """The documents that ended so, in any run, those of last first."""
        query = select(documents).where(documents.c.state == state.value)
        query = query.where(documents.c.agency == agency) if agency else query
        query = query.where(documents.c.reason == reason) if reason else query
        query = query.where(documents.c.since >= since) if since else query
        return self._read(query.order_by(documents.c.since.desc(), documents.c.id).limit(limit))

    def enclosed(self, document_id: str, run_id: str = "live") -> tuple[Entry, ...]:
        """The documents that were found directly inside this one, in the order in which they lay there."""
        mine = (documents.c.parent == document_id) & (documents.c.run_id == run_id)
        return self._read(select(documents).where(mine).order_by(documents.c.key))

    def updated_since(self, moment: datetime, state: State, agency: str = "") -> tuple[Entry, ...]:
        """The documents in a state, in any run, of which there is news since then, oldest news first.

        Several processes may write: ask with some overlap, and tell what you know already by `end_event`.
        """
        query = select(documents).where(documents.c.state == state.value, documents.c.updated >= moment)
        query = query.where(documents.c.agency == agency) if agency else query
        return self._read(query.order_by(documents.c.updated, documents.c.id))

    def entries(self, ids: Iterable[str], run_id: str = "live") -> dict[str, Entry]:
        """What is known of these documents, by id; those never heard of are left out."""
        wanted = tuple(dict.fromkeys(ids))
        found: dict[str, Entry] = {}
        with reading(self._engine) as connection:
            for start in range(0, len(wanted), _CHUNK):
                mine = documents.c.id.in_(wanted[start : start + _CHUNK]) & (documents.c.run_id == run_id)
                rows = connection.execute(select(documents).where(mine)).mappings()
                found.update((row["id"], entry_of_row(row)) for row in rows)
        return found

    def waiting(self, ids: Sequence[str], run_id: str = "live") -> tuple[str, ...]:
        """Those of these documents that have no end yet, the unheard-of included."""
        known = self.entries(ids, run_id)
        return tuple(i for i in ids if i not in known or known[i].state not in ENDS)

    def counts(self, run_id: str = "live") -> tuple[Count, ...]:
        """How many documents of a run stand where, by agency, state and stage, in that order."""
        place = (documents.c.agency, documents.c.state, documents.c.stage)
        query = select(*place, func.count(), func.min(documents.c.since)).group_by(*place)
        with reading(self._engine) as connection:
            rows = connection.execute(query.where(documents.c.run_id == run_id)).all()
        found = [Count(agency, BY_NAME[state], stage, many, oldest) for agency, state, stage, many, oldest in rows]
        return tuple(sorted(found, key=lambda count: (count.agency, count.state.rank, count.stage)))

    def _read(self, query: Select[Any]) -> tuple[Entry, ...]:
        with reading(self._engine) as connection:
            return tuple(entry_of_row(row) for row in connection.execute(query).mappings())

    def unreadable(self) -> int:
        """How many dead letters name no document, because their record could not be read."""
        with reading(self._engine) as connection:
            return connection.scalar(select(func.count()).select_from(unreadable)) or 0


def _newest(connection: Connection, which: Any) -> list[Entry]:
    query = select(documents).where(which, published(documents)).order_by(documents.c.first_seen.desc()).limit(20)
    return [entry_of_row(row) for row in connection.execute(query).mappings()]
