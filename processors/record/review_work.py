"""Which reviews wait for a person, and who works on which: by name, for a while.

What stands here is a help for people who work side by side. That nothing is decided twice does not rest on it: what
a person says is stored create-only.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, RowMapping, and_, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from processors.names import person
from processors.record.database import reading, writing
from processors.record.standing import Filter, meant
from processors.record.states import State
from processors.record.tables import documents, reviews

#: For so long a review is somebody's who does nothing about it.
LEASE = timedelta(minutes=15)


@dataclass(frozen=True)
class Held:
    """Who has a review, as names are compared, "" if nobody does; until when."""

    holder: str
    until: datetime | None


@dataclass(frozen=True)
class Waiting:
    """A review that waits."""

    document: str
    run: str
    agency: str
    type: str
    reason: str
    #: id of the event that asked for it
    review: str
    since: datetime
    #: untrusted: as its sender called the file
    name: str
    #: who has it, as names are compared, "" if nobody does; until when
    holder: str
    until: datetime | None
    #: how many people have looked, and who, as names are compared
    looks: int
    people: tuple[str, ...]


class ReviewWork:
    """The reviews of a ledger; see `Ledger.engine`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def waiting(
        self,
        *,
        agencies: Sequence[str] = (),
        types: Sequence[str] = (),
        reasons: Sequence[str] = (),
        limit: int = 100,
        unseen_by: str = "",
        now: datetime | None = None,
        taken: bool = False,
    ) -> tuple[Waiting, ...]:
        """The reviews that wait, the oldest first.

        Args:
            agencies: only theirs; all where there is none
            types: only of these document types
            reasons: only those asked for, first of all, for one of these
            limit: at most so many
            unseen_by: only those that this person has not looked at and may take
            now: for `unseen_by`: when a lease is over
            taken: only those that somebody has taken once
        """
        wanted = Filter(tuple(agencies), tuple(types), (State.REVIEW,), tuple(reasons))
        both = documents.outerjoin(reviews, reviews.c.review == documents.c.end_event)
        query = meant(select(documents, *_OWN).select_from(both), wanted)
        query = query.where(or_(reviews.c.sent.is_(None), reviews.c.sent.is_(False)))
        if taken:
            query = query.where(reviews.c.review.is_not(None))
        if unseen_by:
            mine = person(unseen_by)
            free = or_(reviews.c.holder == "", reviews.c.holder == mine, reviews.c.until < now)
            seen = ("\n" + reviews.c.people).contains(f"\n{mine}\n", autoescape=True)
            query = query.where(or_(reviews.c.review.is_(None), and_(free, ~seen)))
        query = query.order_by(documents.c.since, documents.c.id).limit(limit)
        with reading(self._engine) as connection:
            return tuple(_waiting(row) for row in connection.execute(query).mappings())

    def take(self, review: str, by: str, now: datetime) -> str:
        """Take a review, or keep it for longer; who has it now, as names are compared: perhaps somebody else."""
        mine = person(by)
        taken = {"holder": mine, "until": now + LEASE}
        free = or_(reviews.c.holder == "", reviews.c.holder == mine, reviews.c.until < now)
        with writing(self._engine) as connection:
            connection.execute(self._upsert(review, taken, free))
            return connection.scalar(select(reviews.c.holder).where(reviews.c.review == review)) or ""

    def work_on(self, review: str) -> Held:
        """Who has a review."""
        query = select(reviews.c.holder, reviews.c.until).where(reviews.c.review == review)
        with reading(self._engine) as connection:
            row = connection.execute(query).first()
        return Held("", None) if row is None else Held(row.holder, row.until)

    def give_back(self, review: str, by: str) -> None:
        """Let others have it; no error where it is not this person's."""
        own = and_(reviews.c.review == review, reviews.c.holder == person(by))
        with writing(self._engine) as connection:
            connection.execute(update(reviews).where(own).values(holder="", until=None))

    def looked(self, review: str, people: Collection[str], *, sent: bool) -> None:
        """Note who has looked, in their order, and whether it is decided and on its way."""
        names = "".join(f"{person(name)}\n" for name in people)
        noted = {"holder": "", "until": None, "looks": len(people), "people": names, "sent": sent}
        with writing(self._engine) as connection:
            connection.execute(self._upsert(review, noted, None))

    def _upsert(self, review: str, values: dict[str, Any], only: Any) -> Any:
        dialect: Any = postgresql if self._engine.dialect.name == "postgresql" else sqlite
        new = {"holder": "", "until": None, "looks": 0, "people": "", "sent": False} | values | {"review": review}
        statement = dialect.insert(reviews).values(**new)
        return statement.on_conflict_do_update(index_elements=["review"], set_=values, where=only)


_OWN = tuple(reviews.c[name] for name in ("holder", "until", "looks", "people"))


def _waiting(row: RowMapping) -> Waiting:
    return Waiting(
        document=row["id"],
        run=row["run_id"],
        agency=row["agency"],
        type=row["type"],
        reason=row["reason"],
        review=row["end_event"],
        since=row["since"],
        name=row["name"] or row["key"],
        holder=row["holder"] or "",
        until=row["until"],
        looks=row["looks"] or 0,
        people=tuple((row["people"] or "").splitlines()),
    )
