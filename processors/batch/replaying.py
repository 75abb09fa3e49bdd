"""Letting many dead letters be worked on again: chosen, at a rate, and in no case twice.

Nothing is remembered of how far it came: what was replayed has a run that follows its end, and is passed over. Who
is killed between asking and telling is asked again and finds that it was asked for (`resubmission.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from processors.acts import Act
from processors.batch import resubmission
from processors.batch.doors import Doors
from processors.batch.reprocess.pace import Pace
from processors.batch.resubmission import NotForPeopleError
from processors.names import is_reprocessing
from processors.record.entry import Entry
from processors.record.facts import utc_now
from processors.record.standing import Filter, Standing, StandingEnd
from processors.record.states import State
from processors.runtime.acting import Acts, acting

#: Documents in one go at most; more are replayed by asking again.
MOST = 10_000
#: Documents of one look into the ledger.
_PAGE = 500


@dataclass(frozen=True)
class Choice:
    """Which dead letters are meant; what is empty or None leaves nothing out."""

    agencies: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    #: the stages that failed
    stages: tuple[str, ...] = ()
    #: failed then or later
    since: datetime | None = None
    limit: int = MOST


@dataclass(frozen=True)
class Replayed:
    """What came of it."""

    documents: int = 0
    #: of these, those for which somebody had asked before
    known: int = 0
    #: passed over: no dead letter any more, or disposed of, which a ledger that was built anew does not know
    left_out: int = 0


def chosen(doors: Doors, choice: Choice) -> Iterator[Entry]:
    """The dead letters that are meant and that nobody has replayed, by document; memory holds a page of them."""
    return islice(_fresh(doors, choice), choice.limit)


def counts(doors: Doors, choice: Choice) -> dict[tuple[str, str, str], int]:
    """How many are meant, by agency, stage and reason; nothing is written."""
    return dict(Counter((one.agency, one.stage, one.reason) for one in chosen(doors, choice)))


def replay_all(
    doors: Doors,
    acts: Acts,
    choice: Choice,
    by: str,
    pace: Pace,
    told: Callable[[resubmission.Asked], None] = lambda _: None,
    now: Callable[[], datetime] = utc_now,
) -> Replayed:
    """Let every one that is meant be worked on again, each in a run of its own, and each in the audit chain.

    Raises:
        DependencyUnavailable: a server does not answer; call again.
    """
    done = Replayed()
    for entry in chosen(doors, choice):
        pace.take(1)
        try:
            with acting(acts, Act.DEAD_LETTER_REPLAYED, thing=entry.id, by=by, document=entry.document):
                asked = resubmission.replay(doors, entry, by, now())
        except NotForPeopleError:  # one of thousands must not keep those behind it from their turn
            done = replace(done, left_out=done.left_out + 1)
            continue
        done = replace(done, documents=done.documents + 1, known=done.known + asked.known)
        told(asked)
    return done


def _fresh(doors: Doors, choice: Choice) -> Iterator[Entry]:
    wanted = Filter(
        agencies=choice.agencies, reasons=choice.reasons, states=(State.DEAD_LETTER,), since=choice.since
    )
    ends = Standing(doors.ledger.engine).ends(wanted)
    while page := list(islice(ends, _PAGE)):
        entries = [one for one in _entries(doors, page) if not choice.stages or one.stage in choice.stages]
        followed = resubmission.followed(doors, entries)
        yield from (one for one in entries if one.end_event not in followed)


def _entries(doors: Doors, page: list[StandingEnd]) -> Iterator[Entry]:
    """What is known of each. A reprocessing is not replayed: its result would be published unapproved."""
    by_run: dict[str, list[str]] = {}
    for end in page:
        if not is_reprocessing(end.run):
            by_run.setdefault(end.run, []).append(end.document)
    found = {i: entry for run, ids in by_run.items() for i, entry in doors.ledger.entries(ids, run).items()}
    return (found[end.document] for end in page if end.document in found)
