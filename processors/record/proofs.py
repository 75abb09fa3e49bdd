"""What a comparison with the inboxes asks of the ledger, in bulk: what is known, what has no end, how far it is."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, RowMapping, delete, insert, select

from processors.events import DocumentId, Original
from processors.record.database import reading, writing
from processors.record.states import ENDS, State
from processors.record.tables import comparisons, documents, unreadable

#: Ids in one query: SQLite takes 32,766 parameters, but a statement of a thousand is already fast.
CHUNK = 1_000
_UNFINISHED = tuple(state.value for state in State if state not in ENDS)
_COLUMNS = tuple(
    documents.c[name]
    for name in (
        "id",
        "run_id",
        "agency",
        "parent",
        "bucket",
        "key",
        "name",
        "version_id",
        "size",
        "stage",
        "updated",
    )
)


@dataclass(frozen=True)
class Unfinished:
    """A document that has no end yet, as the ledger knows it."""

    document: DocumentId
    #: the stage that holds it
    stage: str
    #: when the ledger last learned something about it; of one that it never heard of, when it was taken in
    updated: datetime
    #: the ledger has heard of it
    heard: bool = True


@dataclass(frozen=True)
class Compared:
    """How far an inbox was compared with the ledger."""

    #: every version that is older, by the store's clock, was known when it was compared
    known_before: datetime
    #: when the inbox was last compared as a whole
    whole_at: datetime


@dataclass(frozen=True)
class Unreadable:
    """A record that a stage could not read: a dead letter."""

    stage: str
    #: an error code of `docs/reasons.md`
    reason: str


class Proofs:
    """Questions about many documents at once; see `Ledger.engine`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def known(self, ids: Collection[str]) -> set[str]:
        """Those of at most `CHUNK` documents of which the ledger has heard, in the first run."""
        query = select(documents.c.id).where(documents.c.id.in_(ids), documents.c.run_id == "live")
        with reading(self._engine) as connection:
            return set(connection.scalars(query))

    def runs(self, ids: Collection[str]) -> set[tuple[str, str]]:
        """The runs (id and run) of at most `CHUNK` documents."""
        query = select(documents.c.id, documents.c.run_id).where(documents.c.id.in_(ids))
        with reading(self._engine) as connection:
            return {(i, run) for i, run in connection.execute(query)}

    def unfinished(self, before: datetime) -> Iterator[Unfinished]:
        """The documents without an end, in any run, of which there is no news since `before`."""
        last = ("", "")
        while True:
            query = (
                select(*_COLUMNS)
                .where(documents.c.state.in_(_UNFINISHED), documents.c.updated < before)
                .where((documents.c.id > last[0]) | ((documents.c.id == last[0]) & (documents.c.run_id > last[1])))
                .order_by(documents.c.id, documents.c.run_id)
                .limit(CHUNK)
            )
            with reading(self._engine) as connection:
                found = [_unfinished(row) for row in connection.execute(query).mappings()]
            yield from found
            if len(found) < CHUNK:
                return
            last = (found[-1].document.id, found[-1].document.run_id)

    def still(self, ones: Collection[Unfinished]) -> set[tuple[str, str]]:
        """Those (id and run) of at most `CHUNK` documents that have no end, and no news since they were read."""
        query = select(documents.c.id, documents.c.run_id, documents.c.updated).where(
            documents.c.id.in_({one.document.id for one in ones}), documents.c.state.in_(_UNFINISHED)
        )
        before = {(one.document.id, one.document.run_id): one.updated for one in ones}
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return {(i, run) for i, run, updated in rows if before.get((i, run)) == updated}

    def unreadable(self, ids: Collection[str]) -> dict[str, Unreadable]:
        """Those of at most `CHUNK` documents that an unreadable record's key names, with the last such record."""
        columns = (unreadable.c.about, unreadable.c.stage, unreadable.c.reason)
        query = select(*columns).where(unreadable.c.about.in_(ids))
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(unreadable.c.at)).all()
        return {about: Unreadable(stage, reason) for about, stage, reason in rows}

    def compared(self, agency: str) -> Compared | None:
        """How far the agency's inbox was compared; None if it never was."""
        with reading(self._engine) as connection:
            row = connection.execute(select(comparisons).where(comparisons.c.agency == agency)).mappings().first()
        return None if row is None else Compared(row["known_before"], row["whole_at"])

    def remember(self, agency: str, how_far: Compared) -> None:
        """Note how far the agency's inbox was compared."""
        with writing(self._engine) as connection:
            connection.execute(delete(comparisons).where(comparisons.c.agency == agency))
            connection.execute(
                insert(comparisons).values(
                    agency=agency, known_before=how_far.known_before, whole_at=how_far.whole_at
                )
            )


def _unfinished(row: RowMapping) -> Unfinished:
    original = Original(
        bucket=row["bucket"], key=row["key"], name=row["name"], version_id=row["version_id"], size=row["size"]
    )
    document = DocumentId(
        id=row["id"], agency=row["agency"], run_id=row["run_id"], parent=row["parent"], original=original
    )
    return Unfinished(document, row["stage"], row["updated"])
