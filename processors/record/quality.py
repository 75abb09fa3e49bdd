"""Figures about how well documents are read, from the ledger alone: counts, never anything that a document says.

What grows with documents stays in the database; what comes back grows with days, types and models.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, and_, exists, func, select

from processors.events import DocumentExtracted, Ref, ReviewRequested
from processors.record.browsing import Reach
from processors.record.database import reading
from processors.record.entry import Entry
from processors.record.rows import entry_of_row
from processors.record.standing import STANDING, published
from processors.record.states import BY_NAME, State
from processors.record.tables import documents, steps


@dataclass(frozen=True)
class Window:
    """Which ends are meant; "" leaves nothing out."""

    since: datetime
    agency: str = ""
    type: str = ""


@dataclass(frozen=True)
class Reader:
    """What read the values of some documents, and how often a person had to look."""

    type: str
    engine: str
    model_digest: str
    code_version: str
    documents: int
    asked: int


@dataclass(frozen=True)
class Decided:
    """A result about which a person was asked before."""

    result: Entry
    #: the values as they were read before the person looked; None where nothing was stored of them
    fields: Ref | None


class Quality:
    """See `Ledger.engine`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def days(self, reach: Reach, window: Window) -> dict[tuple[str, State], int]:
        """How many runs ended on which day (UTC, "2026-01-31") in which state."""
        d = documents.c
        day = func.date(d.since)
        query = select(day, d.state, func.count()).where(*_ended(reach, window)).group_by(day, d.state)
        return {(str(when), BY_NAME[state]): many for when, state, many in self._rows(query)}

    def readers(self, reach: Reach, window: Window) -> tuple[Reader, ...]:
        """By type and by what read the values: how many documents, and about how many a person was asked."""
        d, read, asked = documents.c, steps.alias(), steps.alias()
        same = and_(read.c.document_id == d.id, read.c.run_id == d.run_id)
        was_asked = exists().where(
            asked.c.document_id == d.id, asked.c.run_id == d.run_id, asked.c.event_type == ReviewRequested.TYPE
        )
        place = (d.type, read.c.engine, read.c.model_digest, read.c.code_version)
        query = (
            select(*place, func.count(), func.count().filter(was_asked.correlate(documents)))
            .join(read, same)
            .where(*_ended(reach, window), read.c.event_type == DocumentExtracted.TYPE)
            .group_by(*place)
            .order_by(*place)
        )
        return tuple(Reader(*row) for row in self._rows(query))

    def decided(self, reach: Reach, window: Window, most: int) -> tuple[Decided, ...]:
        """The newest results about whose document a person was asked, with the values as they had been read."""
        d, earlier = documents.c, steps.alias()
        asked = (
            exists()
            .where(earlier.c.document_id == d.id, earlier.c.event_type == ReviewRequested.TYPE)
            .correlate(documents)
        )
        query = select(documents).where(*_ended(reach, window), d.state == State.RESULT.value, asked)
        results = [entry_of_row(row) for row in self._mappings(query.order_by(d.since.desc(), d.id).limit(most))]
        before = self._asked_about([one.id for one in results])
        return tuple(Decided(one, (before.get(one.id) or one).artefacts.get("fields")) for one in results)

    def _asked_about(self, ids: list[str]) -> dict[str, Entry]:
        """The run of each document that waits for a person, or did: a decision begins another."""
        found: dict[str, Entry] = {}
        for start in range(0, len(ids), _CHUNK):
            mine = documents.c.id.in_(ids[start : start + _CHUNK])
            query = select(documents).where(mine, documents.c.state == State.REVIEW.value, published(documents))
            for row in self._mappings(query.order_by(documents.c.first_seen)):
                found[row["id"]] = entry_of_row(row)
        return found

    def _rows(self, query: Any) -> Iterator[Any]:
        with reading(self._engine) as connection:
            yield from connection.execute(query)

    def _mappings(self, query: Any) -> Iterator[Any]:
        with reading(self._engine) as connection:
            yield from connection.execute(query).mappings()


#: Ids in one query.
_CHUNK = 500


def _ended(reach: Reach, window: Window) -> tuple[ColumnElement[bool], ...]:
    d = documents.c
    found = [
        d.since >= window.since,
        # Not "one of these", since SQLite would else go through all ends instead of the last ones.
        d.state.not_in([state.value for state in State if state not in STANDING]),
        published(documents),
        reach.holds(),
    ]
    found += [d.agency == window.agency] if window.agency else []
    found += [d.type == window.type] if window.type else []
    return tuple(found)
