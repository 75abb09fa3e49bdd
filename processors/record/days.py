"""Questions about one day, answered in counts; rows are streamed, so memory does not grow with documents.

What a reprocessing holds back happened to nobody yet, and is left out until it is published.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, func, select

from processors.events import DocumentId, ReviewRequested
from processors.record.database import reading
from processors.record.standing import STANDING, published
from processors.record.tables import documents, steps

#: Rows of one fetch.
_ROWS = 1_000


@dataclass(frozen=True)
class Lasted:
    """An end of the day, and how long its run took from its first event on."""

    agency: str
    type: str
    seconds: float
    #: the first way through, and not a run that somebody asked for
    live: bool


class Days:
    """See `Ledger.engine`. A day is given by its beginning and end, the end excluded."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def arrived(self, since: datetime, until: datetime) -> dict[tuple[str, str], int]:
        """How many documents were first seen then, by agency and by the type that they have by now."""
        d = documents.c
        query = select(d.agency, d.type, func.count()).where(
            d.run_id == "live", d.first_seen >= since, d.first_seen < until
        )
        return {(a, t): many for a, t, many in self._rows(query.group_by(d.agency, d.type))}

    def ended(self, since: datetime, until: datetime) -> dict[tuple[str, str, str, str], int]:
        """How many runs have an end of then, by agency, type, state and reason.

        An end that a later one replaced within its run is not among them.
        """
        d = documents.c
        place = (d.agency, d.type, d.state, d.reason)
        query = select(*place, func.count()).where(*_ended(since, until)).group_by(*place)
        return {(a, t, s, r): many for a, t, s, r, many in self._rows(query)}

    def lasted(self, since: datetime, until: datetime) -> Iterator[Lasted]:
        """How long each run took that has an end of then."""
        d = documents.c
        query = select(d.agency, d.type, d.first_seen, d.since, d.run_id).where(*_ended(since, until))
        for agency, kind, first, last, run in self._rows(query):
            yield Lasted(agency, kind, (last - first).total_seconds(), run == "live")

    def asked(self, since: datetime, until: datetime) -> dict[tuple[str, str], int]:
        """How often a person was asked about a document then, by agency and type, decided by now or not."""
        d, s = documents.c, steps.c
        query = (
            select(d.agency, d.type, func.count())
            .join(documents, (d.id == s.document_id) & (d.run_id == s.run_id))
            .where(s.event_type == ReviewRequested.TYPE, s.at >= since, s.at < until, published(documents))
            .group_by(d.agency, d.type)
        )
        return {(a, t): many for a, t, many in self._rows(query)}

    def decided(self, since: datetime, until: datetime) -> Iterator[tuple[DocumentId, str]]:
        """The documents, and their types, whose end of then is a result about which a person had been asked."""
        d, earlier = documents.c, steps.alias()
        asked = (
            select(earlier.c.event_id)
            .where(earlier.c.document_id == d.id, earlier.c.event_type == ReviewRequested.TYPE)
            .correlate(documents)
            .exists()
        )
        query = select(d.id, d.agency, d.run_id, d.type).where(*_ended(since, until), d.state == "result", asked)
        for document, agency, run, kind in self._rows(query):
            yield DocumentId.keyed(document, agency, run), kind

    def _rows(self, query: Any) -> Iterator[Any]:
        with reading(self._engine) as connection:
            yield from connection.execution_options(yield_per=_ROWS).execute(query)


def _ended(since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    d = documents.c
    states = [state.value for state in STANDING]
    return d.state.in_(states), published(documents), d.since >= since, d.since < until
