"""What a reprocessing is about, frozen: a head that a person can read, and lists of documents in chunks.

`reprocessings/<run>/manifest.json` and `reprocessings/<run>/chunks/…` in the work bucket, written create-only, the
head last. A list's key holds its digest and the head names it, so a freezing that died leaves lists that nobody
reads, and a list that was changed afterwards is noticed.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path

from processors.batch.doors import Doors, Stored
from processors.batch.reprocess.errors import ReprocessError
from processors.batch.reprocess.selection import Selection
from processors.events import Record
from processors.names import REPROCESSING, REPROCESSING_RULE, reprocessing_run
from processors.pipeline import StageName
from processors.places import REPROCESSINGS, reprocessing_key
from processors.record.standing import Standing, StandingEnd

#: Lists at most: each is a piece of work of its own for who runs them side by side.
MOST_CHUNKS = 50
#: Documents of a list at least, where there are as many.
FEWEST = 100
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


class Chunk(Record):
    """A list."""

    #: counted from 1
    number: int
    key: str
    documents: int
    #: the ids of the first and the last of them; a list is in their order
    first: str
    last: str
    #: of the list's bytes
    sha256: str


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


#: How many documents were listed so far.
Told = Callable[[int], None]


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
    chunks = tuple(_chunks(doors, run, standing.ends(wanted), max(FEWEST, -(-total // MOST_CHUNKS)), told))
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
    there = doors.objects.info(doors.buckets.work, chunk.key)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "list"
        if there is None or doors.objects.fetch(there.ref, place) != chunk.sha256:
            raise ReprocessError(f"{chunk.key} is gone or was changed: plan the reprocessing anew.")
        with place.open(encoding="utf-8") as file:
            for line in file:
                yield Line.model_validate_json(line)


def _chunks(doors: Doors, run: str, ends: Iterator[StandingEnd], size: int, told: Told) -> Iterator[Chunk]:
    listed = 0
    for number in range(1, MOST_CHUNKS + 1):
        # More may end than were counted: the last list takes them.
        chunk = _stored(doors, run, number, ends if number == MOST_CHUNKS else islice(ends, size))
        if chunk is None:
            return
        listed += chunk.documents
        told(listed)
        yield chunk


def _stored(doors: Doors, run: str, number: int, ends: Iterable[StandingEnd]) -> Chunk | None:
    """A list of these documents; None if there are none."""
    documents, first, last, digest = 0, "", "", hashlib.sha256()
    with tempfile.NamedTemporaryFile() as file:
        for end in ends:
            line = _line(end)
            file.write(line)
            digest.update(line)
            documents, first, last = documents + 1, first or end.document, end.document
        file.flush()
        if not documents:
            return None
        key = reprocessing_key(run, f"chunks/{number:05}-{digest.hexdigest()[:16]}.jsonl")
        doors.objects.put(doors.buckets.work, key, Path(file.name), "application/jsonl", create_only=True)
    return Chunk(number=number, key=key, documents=documents, first=first, last=last, sha256=digest.hexdigest())


def _line(end: StandingEnd) -> bytes:
    line = Line(
        id=end.document, agency=end.agency, run=end.run, state=end.state.value, type=end.type, end=end.event
    )
    return line.model_dump_json().encode() + b"\n"


def _taken(name: str) -> ReprocessError:
    return ReprocessError(f"There is a reprocessing {name!r} already: give this one another name.")
