"""Documents that have no end yet, or wait for a person; see `Ledger.engine`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, func, select

from processors.names import REPROCESSING_RUN
from processors.record.database import reading
from processors.record.standing import Filter, Standing
from processors.record.states import State
from processors.record.tables import documents

#: On their way: the next step is Chancery's.
ON_THE_WAY = tuple(state for state in State if not state.is_end)
#: Waiting for a person's word.
WAITING = (State.HELD, State.REVIEW)


class Unended:
    """Questions of whoever watches; each is answered from an index, since they are asked every few seconds."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def counts(self) -> dict[State, int]:
        """How many runs of documents are in each of these states; a review that was decided is not among them."""
        d = documents.c
        wanted = [state.value for state in (*ON_THE_WAY, State.HELD)]
        query = select(d.state, func.count()).where(d.state.in_(wanted)).group_by(d.state)
        with reading(self._engine) as connection:
            found = {State(state): many for state, many in connection.execute(query)}
        reviews = Standing(self._engine).counts(Filter(states=(State.REVIEW,)))
        return {state: found.get(state, 0) for state in (*ON_THE_WAY, State.HELD)} | {
            State.REVIEW: sum(reviews.values())
        }

    def oldest(self) -> datetime | None:
        """When the first of those that are on their way was heard of; None where none is.

        What is reprocessed is left out: live documents overtake it, and it may take days.
        """
        d = documents.c
        query = select(func.min(d.first_seen)).where(
            d.state.in_([state.value for state in ON_THE_WAY]),
            ~d.run_id.startswith(REPROCESSING_RUN, autoescape=True),
        )
        with reading(self._engine) as connection:
            found: datetime | None = connection.scalar(query)
        return found
