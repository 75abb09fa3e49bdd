"""What a reprocessing is about, frozen: a head that a person can read, and lists of documents in chunks.

`reprocessings/<run>/manifest.json` and `reprocessings/<run>/chunks/…` in the work bucket, written create-only, the
head last; see `frozen_lists.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from processors.batch import frozen_lists
from processors.batch.doors import Doors, Stored
from processors.batch.frozen_lists import Chunk, ListChangedError, Told
from processors.batch.reprocess.errors import ReprocessError
from processors.batch.reprocess.selection import Selection
from processors.events import Record
from processors.names import REPROCESSING, REPROCESSING_RULE, reprocessing_run
from processors.pipeline import StageName
from processors.places import REPROCESSINGS, reprocessing_key
from processors.record.standing import Standing, StandingEnd

#: The stages from which documents can be worked on again. Before the door stands `resubmission.py`.
STAGES: tuple[StageName, ...] = ("ocr", "classify", "extract", "publish")


class Line(Record):
    """A document of a list, and the end at which it stood."""

    id: str
    agency: str
    #: the run whose end stands
    run: str
    state: str
    type: str
    #: id of the event that ended it
    end: str


class Wish(Record):
    """What a person asks for."""

    #: what people call it
    name: str
    #: the first stage that works again
    stage: StageName
    selection: Selection
    #: whether results may be published; else they are only compared
    release: bool
    by: str
    reason: str = ""
    #: when; no document that ended later is in it
    at: datetime


class Manifest(Record):
    """What a reprocessing is about."""

    run: str
    wish: Wish
    documents: int
    chunks: tuple[Chunk, ...]


def named(name: str) -> str:
    """The name, if a reprocessing can be called so.

    Raises:
        ReprocessError: it cannot.
    """
    if not REPROCESSING.fullmatch(name):
        raise ReprocessError(f"{name!r} cannot be a reprocessing's name: it must be {REPROCESSING_RULE}.")
    return name


def begins_at(stage: str) -> StageName:
    """The stage, if a reprocessing can begin there.

    Raises:
        ReprocessError: it cannot.
    """
    found = next((name for name in STAGES if name == stage), None)
    if found is None:
        raise ReprocessError(f"Nothing begins at {stage!r}: name one of {', '.join(STAGES)}.")
    return found


def freeze(doors: Doors, wish: Wish, told: Told = lambda _: None) -> Manifest:
    """List the documents that are meant, for good; memory holds a page of them.

    Raises:
        ReprocessError: see `named` and `begins_at`; or the name is taken, or no document is meant.
        DependencyUnavailable: a server does not answer; call again.
    """
    begins_at(wish.stage)
    run, standing = reprocessing_run(named(wish.name)), Standing(doors.ledger.engine)
    until = min(filter(None, (wish.selection.until, wish.at)))
    wanted = wish.selection.model_copy(update={"until": until}).filter
    total = sum(standing.counts(wanted).values())
    if not total:
        raise ReprocessError("No document ended so: there is nothing to reprocess.")
    if doors.objects.info(doors.buckets.work, reprocessing_key(run, "manifest.json")) is not None:
        raise _taken(wish.name)
    rows = ((end.document, _line(end)) for end in standing.ends(wanted))
    chunks = tuple(frozen_lists.write(doors, partial(reprocessing_key, run), rows, total, told))
    manifest = Manifest(run=run, wish=wish, documents=sum(one.documents for one in chunks), chunks=chunks)
    content, key = manifest.model_dump_json(indent=1).encode(), reprocessing_key(run, "manifest.json")
    if doors.objects.put(doors.buckets.work, key, content, "application/json", create_only=True) is None:
        raise _taken(wish.name)
    return manifest


def find(doors: Stored, name: str) -> Manifest:
    """What was frozen under this name.

    Raises:
        ReprocessError: nothing was.
    """
    there = doors.objects.info(doors.buckets.work, reprocessing_key(reprocessing_run(name), "manifest.json"))
    if there is None:
        raise ReprocessError(f"There is no reprocessing {name!r}: see `chancery reprocess list`.")
    return Manifest.model_validate_json(doors.objects.read(there.ref))


def names(doors: Stored) -> tuple[str, ...]:
    """What reprocessings there are, by name."""
    start, end = f"{REPROCESSINGS}{reprocessing_run('')}", "/manifest.json"
    keys = doors.objects.keys(doors.buckets.work, start)
    return tuple(key.removeprefix(start).removesuffix(end) for key in keys if key.endswith(end))


def lines(doors: Doors, chunk: Chunk) -> Iterator[Line]:
    """The documents of a list, in order.

    Raises:
        ReprocessError: the list is gone or was changed.
    """
    try:
        for line in frozen_lists.read(doors, chunk):
            yield Line.model_validate_json(line)
    except ListChangedError as error:
        raise ReprocessError(f"{error} is gone or was changed: plan the reprocessing anew.") from None


def _line(end: StandingEnd) -> str:
    line = Line(
        id=end.document, agency=end.agency, run=end.run, state=end.state.value, type=end.type, end=end.event
    )
    return line.model_dump_json()


def _taken(name: str) -> ReprocessError:
    return ReprocessError(f"There is a reprocessing {name!r} already: give this one another name.")
