"""Counts of documents for people who watch: how many stand where, since when, and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Engine, and_, func, not_, or_, select

from processors.record.browsing import Browsing, Reach, Wanted, standing
from processors.record.database import reading
from processors.record.entry import Count, Entry
from processors.record.rows import entry_of_row
from processors.record.standing import disposed, published
from processors.record.states import BY_NAME, ENDS, State
from processors.record.tables import documents, unreadable

_UNFINISHED = tuple(state.value for state in State if state not in ENDS)
#: The ends that wait for a person.
WAITING = (State.REVIEW, State.QUARANTINED, State.DEAD_LETTER)


@dataclass(frozen=True)
class Why:
    """How many documents ended so, for this reason."""

    state: State
    stage: str
    reason: str
    documents: int
    oldest: datetime


class Gathering:
    """See `Ledger.engine`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def states(self, reach: Reach, wanted: Wanted) -> dict[State, int]:
        """How many of the documents that are looked for are in each state, as they stand."""
        d = documents.c
        every = Browsing(self._engine).meant(select(d.state, func.count()), reach, _any_run(wanted))
        with reading(self._engine) as connection:
            if wanted.every_run:
                return {BY_NAME[s]: many for s, many in connection.execute(every.group_by(d.state)).all()}
            found: Counter[str] = Counter()
            for state, many in connection.execute(every.where(published(documents)).group_by(d.state)).all():
                found[state] += many
            # Most documents have one run. What a later run replaced is found by way of the few later runs: to ask
            # of each document whether there is one would take as long as all of them.
            later = documents.alias()
            order = or_(
                later.c.first_seen > d.first_seen,
                and_(later.c.first_seen == d.first_seen, later.c.run_id > d.run_id),
            )
            replaced = (
                Browsing(self._engine)
                .meant(select(d.id, d.run_id, d.state), reach, _any_run(wanted))
                .join(later, and_(later.c.id == d.id, order))
                .where(published(documents), published(later), later.c.run_id != "live")
                .distinct()
                .subquery()
            )
            gone = select(replaced.c.state, func.count()).group_by(replaced.c.state)
            for state, many in connection.execute(gone).all():
                found[state] -= many
        return {BY_NAME[state]: many for state, many in found.items() if many}

    def moving(self, reach: Reach) -> tuple[Count, ...]:
        """Documents without an end, by agency, state and stage, and since when the oldest of them is there."""
        place = (documents.c.agency, documents.c.state, documents.c.stage)
        query = select(*place, func.count(), func.min(documents.c.since)).where(
            documents.c.state.in_(_UNFINISHED), reach.holds()
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query.group_by(*place)).all()
        found = [Count(agency, BY_NAME[state], stage, many, oldest) for agency, state, stage, many, oldest in rows]
        return tuple(sorted(found, key=lambda count: (count.agency, count.state.rank, count.stage)))

    def waiting(self, reach: Reach) -> tuple[Why, ...]:
        """Documents that wait for a person, as they stand, by reason: the most frequent first."""
        place = (documents.c.state, documents.c.stage, documents.c.reason)
        query = select(*place, func.count(), func.min(documents.c.since)).where(
            documents.c.state.in_([state.value for state in WAITING]), reach.holds(), standing(), not_(disposed())
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query.group_by(*place)).all()
        found = [Why(BY_NAME[state], stage, reason, many, oldest) for state, stage, reason, many, oldest in rows]
        return tuple(sorted(found, key=lambda why: (WAITING.index(why.state), -why.documents, why.reason)))

    def still(self, reach: Reach, quiet_since: datetime, most: int) -> tuple[Entry, ...]:
        """Documents without an end of which there was no news since then, those of the oldest news first."""
        query = (
            select(documents)
            .where(documents.c.state.in_(_UNFINISHED), documents.c.updated < quiet_since, reach.holds())
            .order_by(documents.c.updated, documents.c.id)
            .limit(most)
        )
        with reading(self._engine) as connection:
            return tuple(entry_of_row(row) for row in connection.execute(query).mappings())

    def ended_since(self, reach: Reach, moment: datetime) -> int:
        """How many documents came to an end since then."""
        # "Not unfinished", since SQLite would else go through all ends instead of the last ones.
        query = select(func.count()).where(
            documents.c.state.not_in(_UNFINISHED), documents.c.since >= moment, reach.holds()
        )
        with reading(self._engine) as connection:
            return connection.scalar(query) or 0

    def unreadable(self, reach: Reach) -> int:
        """Dead letters of records that could not be read: nobody knows whose, so only who sees all is told."""
        if reach.agencies is not None:
            return 0
        with reading(self._engine) as connection:
            return connection.scalar(select(func.count()).select_from(unreadable)) or 0


def _any_run(wanted: Wanted) -> Wanted:
    return replace(wanted, every_run=True, state=None)
