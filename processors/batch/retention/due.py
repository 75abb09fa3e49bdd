"""Which documents have passed their time, and why others that are as old are kept.

The time runs from a document's arrival, so that nothing that we do with it makes it longer. How long it is, is said
by the type that it stands at. What nobody could tell the type of is kept until somebody says for how long.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice

from processors.batch.doors import Doors
from processors.batch.reprocess import manifest
from processors.batch.reprocess.deciding import decision
from processors.batch.reprocess.errors import ReprocessError
from processors.batch.reprocess.releasing import RELEASED
from processors.batch.reprocess.working import noted
from processors.batch.retention import holds
from processors.document_types.model import DocumentType
from processors.events import Record
from processors.names import reprocessing_name
from processors.ports import Vault
from processors.record.aging import Aged, Aging
from processors.record.proofs import CHUNK
from processors.record.standing import Standing, StandingEnd
from processors.record.states import ENDS, State


class Kept(StrEnum):
    """Why a document is kept."""

    NO_RULE = "no_rule"
    UNFINISHED = "unfinished"
    IN_REVIEW = "in_review"
    HELD = "held"
    LOCKED = "locked"
    #: since it was listed it has another end
    CHANGED = "changed"
    #: the ledger could not write its name as it was, so nobody can tell which upload it is
    UNKNOWN_NAME = "unknown_name"


class Line(Record):
    """A document whose time has passed."""

    id: str
    agency: str
    #: "" of one that nobody could tell the type of
    type: str
    #: the run whose end stands, and the event that ended it
    run: str
    end: str
    arrived: datetime
    #: since when it could be disposed of
    due: datetime


@dataclass(frozen=True)
class Rules:
    """How long documents are kept, by type; a type that is not named is kept for ever."""

    days: Mapping[str, int]
    basis: Mapping[str, str]

    @classmethod
    def of(cls, types: Mapping[str, DocumentType], untyped_days: int | None = None) -> Rules:
        """The rules of the document types.

        Args:
            types: by name
            untyped_days: for documents that nobody could tell the type of; None = for ever
        """
        days = {name: one.retention_days for name, one in types.items() if one.retention_days > 0}
        basis = {name: types[name].retention_basis for name in days}
        if untyped_days is not None:
            days |= dict.fromkeys(UNTYPED, untyped_days)
            basis |= dict.fromkeys(UNTYPED, "documents without a type")
        return cls(days, basis)

    def due(self, kind: str, arrived: datetime) -> datetime | None:
        """When a document of this type may be disposed of; None = never."""
        return arrived + timedelta(days=self.days[kind]) if kind in self.days else None


#: What the ledger says of documents without a type.
UNTYPED = ("", "unknown")


@dataclass
class Looked:
    """What was left out, by agency, type and reason; only of documents that are old enough for some type."""

    kept: Counter[tuple[str, str, str]] = field(default_factory=Counter)


def due(doors: Doors, vault: Vault, rules: Rules, now: datetime, looked: Looked) -> Iterator[Line]:
    """The documents that may be disposed of now, by id; memory holds a page of them."""
    if not rules.days:
        return
    aging = Aging(doors.ledger.engine)
    aged = aging.older(now - timedelta(days=min(rules.days.values())))
    while page := list(islice(aged, CHUNK)):
        ids = [one.document for one in page]
        states, ends = aging.states(ids), Standing(doors.ledger.engine).of(ids)
        for one in page:
            line, why = _judged(doors, vault, rules, now, one, states[one.document], ends.get(one.document))
            if line is not None:
                yield line
            elif why is not None:
                end = ends.get(one.document)
                looked.kept[one.agency, end.type if end else "", why.value] += 1


def _judged(
    doors: Doors,
    vault: Vault,
    rules: Rules,
    now: datetime,
    one: Aged,
    states: Mapping[str, State],
    end: StandingEnd | None,
) -> tuple[Line | None, Kept | None]:
    if end is None:
        return None, Kept.UNFINISHED
    when = rules.due(end.type, one.arrived)
    if when is None:
        return None, Kept.NO_RULE
    if when > now:
        return None, None
    why = unready(doors, states, end) or guarded(doors, vault, one.agency, one.document, now)
    if why is not None:
        return None, why
    return (
        Line(
            id=one.document,
            agency=one.agency,
            type=end.type,
            run=end.run,
            end=end.event,
            arrived=one.arrived,
            due=when,
        ),
        None,
    )


def unready(doors: Doors, states: Mapping[str, State], end: StandingEnd) -> Kept | None:
    """Why a document that is old enough is not through yet."""
    if any(state not in ENDS for state in states.values()):
        return Kept.UNFINISHED
    # A reprocessing that may still publish something: it would publish what is gone, or write it anew.
    if any(state is State.HELD and _may_be_released(doors, run, end.document) for run, state in states.items()):
        return Kept.UNFINISHED
    return Kept.IN_REVIEW if end.state is State.REVIEW else None


def _may_be_released(doors: Doors, run: str, document: str) -> bool:
    """Whether nobody has decided about it yet, or it was approved and the document's list is not published yet."""
    decided = decision(doors, run)
    if decided is not None and decided.word == "rejected":
        return False
    try:
        made = manifest.find(doors, reprocessing_name(run))
    except ReprocessError:  # it is gone, and nobody can approve it
        return False
    if decided is None:
        return made.wish.release
    mine = [one for one in made.chunks if one.first <= document <= one.last]
    return any(noted(doors, run, RELEASED, one) is None for one in mine)


def guarded(doors: Doors, vault: Vault, agency: str, document: str, now: datetime) -> Kept | None:
    """What stands before a document: a hold, or the lock on an original."""
    if holds.holding(doors, agency, document):
        return Kept.HELD
    for original in holds.originals(doors, vault, agency, document):
        until = vault.locked_until(original)
        if until is not None and until > now:
            return Kept.LOCKED
        if vault.held(original):
            return Kept.HELD
    return None
