"""The ends that stand: of a document that ended in several runs the last, but for what is held or came to nothing.

A reprocessing changes nothing about a document before a person has approved it, so its ends do not stand until
they are published.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, and_, exists, func, not_, or_, select

from processors.names import REPROCESSING_RUN
from processors.record.database import reading
from processors.record.proofs import CHUNK
from processors.record.states import BY_NAME, State
from processors.record.tables import disposals, documents

#: The ends that a document can stand at.
STANDING = (State.RESULT, State.REVIEW, State.QUARANTINED, State.DEAD_LETTER)
_PUBLISHED = (State.RESULT.value, State.REVIEW.value)
_COLUMNS = tuple(documents.c[name] for name in ("id", "run_id", "agency", "state", "type", "reason", "end_event"))


@dataclass(frozen=True)
class Filter:
    """Which ends are meant; what is empty or None leaves nothing out."""

    agencies: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    states: tuple[State, ...] = ()
    reasons: tuple[str, ...] = ()
    #: ended then or later
    since: datetime | None = None
    #: ended before
    until: datetime | None = None


@dataclass(frozen=True)
class StandingEnd:
    """How a document stands."""

    document: str
    run: str
    agency: str
    state: State
    #: a document type, "unknown", or "" of one that never came so far
    type: str
    #: why, "" of a result
    reason: str
    #: id of the event that ended it
    event: str


class Standing:
    """Questions about how documents stand; see `Ledger.engine`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def counts(self, wanted: Filter) -> dict[tuple[str, str, State], int]:
        """How many of the ends that are meant there are, by agency, type and state."""
        place = (documents.c.agency, documents.c.type, documents.c.state)
        query = meant(select(*place, func.count()), wanted).group_by(*place)
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return {(agency, kind, BY_NAME[state]): many for agency, kind, state, many in rows}

    def ends(self, wanted: Filter) -> Iterator[StandingEnd]:
        """The ends that are meant, by document; memory does not grow with them."""
        last = ""
        while True:
            query = meant(select(*_COLUMNS), wanted).where(documents.c.id > last)
            found = self._read(query.order_by(documents.c.id).limit(CHUNK))
            yield from found
            if len(found) < CHUNK:
                return
            last = found[-1].document

    def of(self, ids: Collection[str], among: Collection[State] = STANDING) -> dict[str, StandingEnd]:
        """How at most `CHUNK` documents stand, by id; with `among`, as if there were no other ends."""
        query = select(*_COLUMNS).where(documents.c.id.in_(ids), *_stands(among))
        return {one.document: one for one in self._read(query)}

    def _read(self, query: Select[Any]) -> list[StandingEnd]:
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return [StandingEnd(i, run, agency, BY_NAME[state], *rest) for i, run, agency, state, *rest in rows]


def published(table: Any) -> ColumnElement[bool]:
    """Whether a row of the ledger is of a run that counts for its document: no reprocessing, or an approved one."""
    reprocessing = table.c.run_id.startswith(REPROCESSING_RUN, autoescape=True)
    return or_(not_(reprocessing), table.c.state.in_(_PUBLISHED))


def disposed() -> ColumnElement[bool]:
    """Whether a row of the ledger is of a document that was disposed of."""
    return exists().where(disposals.c.id == documents.c.id).correlate(documents)


def meant(query: Select[Any], wanted: Filter) -> Select[Any]:
    """The query, narrowed to the ends that stand and are meant."""
    d = documents.c
    query = query.where(*_stands(STANDING), not_(disposed()))
    query = query.where(d.agency.in_(wanted.agencies)) if wanted.agencies else query
    query = query.where(d.type.in_(wanted.types)) if wanted.types else query
    query = query.where(d.state.in_([state.value for state in wanted.states])) if wanted.states else query
    query = query.where(d.reason.in_(wanted.reasons)) if wanted.reasons else query
    query = query.where(d.since >= wanted.since) if wanted.since else query
    return query.where(d.since < wanted.until) if wanted.until else query


def _stands(among: Collection[State]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """It is such an end, and there is no later one of its document."""
    other = documents.alias()
    later = or_(
        other.c.since > documents.c.since,
        and_(other.c.since == documents.c.since, other.c.run_id > documents.c.run_id),
    )
    return _is_end(documents, among), ~exists().where(
        other.c.id == documents.c.id, later, _is_end(other, among)
    ).correlate(documents)


def _is_end(table: Any, among: Collection[State]) -> ColumnElement[bool]:
    return and_(table.c.state.in_([state.value for state in among]), published(table))
