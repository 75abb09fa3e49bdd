"""Disposing of one document: all that shows what it said goes, in every version; what proves that it was stays.

The order is what makes it safe to be killed anywhere, and to be done again:

1. a record says that it begins: what, why, who approved, the digest of the file;
2. holds, locks and the end are looked at once more; what stands in the way stops it;
3. its file goes, under lock and in the inbox, then everything else that was made of it;
4. the claims of its ends lose the ends, which hold values; they stay, so that nothing takes the upload in again;
5. a record says that it is done, and the ledger is told.

The claim that it was taken in, the notes of duplicates (a digest and an id) and the records stay.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from processors.batch.doors import Doors
from processors.batch.retention.deciding import Decision
from processors.batch.retention.due import Kept, Line, guarded, unready
from processors.batch.retention.plan import Plan
from processors.batch.retention.reports import Reports
from processors.events import DocumentId, Original, Record
from processors.places import disposed_key, ended_key
from processors.ports import Stored, Vault
from processors.record.aging import Aging, Disposed
from processors.record.standing import Standing
from processors.record.states import State
from processors.runtime.ending import Ending
from processors.runtime.firsts import first_bytes
from processors.runtime.identity import document_id

#: What stands in a claim of an end whose end is gone.
WITHOUT_END = json.dumps({"work": "disposed", "end": ""}).encode()


class Begun(Record):
    """What was disposed of, and why. Never a value, and not the file's name, which its sender chose."""

    document: str
    agency: str
    type: str
    #: of the file, in hexadecimal; "" where nobody read it
    sha256: str
    #: bytes
    size: int
    pages: int
    arrived: datetime
    due: datetime
    #: the law or schedule behind it
    basis: str
    #: the list that it stood on, and its digest
    disposal: str
    plan: str
    asked_by: str
    approved_by: str
    approved_at: datetime
    at: datetime


class Done(Record):
    """That it is gone."""

    document: str
    at: datetime
    #: object versions that were deleted by whoever came to the end
    objects: int


@dataclass(frozen=True)
class Outcome:
    """What became of one document."""

    #: None where it is disposed of
    kept: Kept | None
    #: it was so before
    before: bool = False
    objects: int = 0


def dispose(
    doors: Doors, vault: Vault, reports: Reports, plan: Plan, decided: Decision, line: Line, now: datetime
) -> Outcome:
    """Dispose of a document of an approved plan, unless something stands in the way. May be repeated.

    Raises:
        DependencyUnavailable: a server does not answer; call again.
    """
    aging, work = Aging(doors.ledger.engine), doors.buckets.work
    disposed = Disposed(line.id, line.agency, line.type, plan.name, now)
    if doors.objects.info(work, disposed_key(line.agency, line.id, "done.json")) is not None:
        aging.note(disposed)
        return Outcome(None, before=True)
    begun_before = doors.objects.info(work, disposed_key(line.agency, line.id, "begun.json")) is not None
    original = _original(doors, line)
    if original is None and not begun_before:
        return Outcome(Kept.UNKNOWN_NAME)
    why = _changed(doors, line, begun=begun_before) or guarded(doors, vault, line.agency, line.id, now)
    if why is not None:
        return Outcome(why)
    _begin(doors, plan, decided, line, original, now)
    # Looked at again: whoever placed a hold meanwhile may not have seen that this begins.
    if (why := guarded(doors, vault, line.agency, line.id, now)) is not None:
        return Outcome(why)
    belongings = _belongings(doors, vault, reports, line, original)
    objects, all_gone = _delete(vault, belongings)
    if not all_gone:
        return Outcome(Kept.LOCKED, objects=objects)
    _forget_ends(doors, vault, line)
    done = Done(document=line.id, at=now, objects=objects).model_dump_json(indent=1).encode()
    first_bytes(doors.objects, work, disposed_key(line.agency, line.id, "done.json"), done, "application/json")
    aging.note(disposed)
    return Outcome(None, objects=objects)


def _changed(doors: Doors, line: Line, *, begun: bool) -> Kept | None:
    """Why it is not what was approved: it has another end, or works again."""
    states = Aging(doors.ledger.engine).states([line.id]).get(line.id)
    if states is None and begun:
        return None  # a ledger that was built anew has not heard of it; what was begun is brought to its end
    end = Standing(doors.ledger.engine).of([line.id]).get(line.id)
    if states is None or end is None or (end.run, end.event) != (line.run, line.end):
        return Kept.CHANGED
    return unready(doors, states, end) or (Kept.UNFINISHED if _works_again(doors, line, states) else None)


def _works_again(doors: Doors, line: Line, states: Mapping[str, State]) -> bool:
    """Whether somebody asked for a run of it that the ledger has not heard of yet, and that has no end.

    It would store what the document says anew, after all was deleted.
    """
    asked = f"resubmissions/{line.agency}/{line.id}/"
    for key in doors.objects.keys(doors.buckets.work, asked):
        run = key.removeprefix(asked)
        document = DocumentId.keyed(line.id, line.agency, run)
        if run not in states and doors.objects.info(doors.buckets.work, ended_key(document)) is None:
            return True
    return False


def _original(doors: Doors, line: Line) -> Original | None:
    """The upload, by the name that it came under; None where nobody can tell it any more."""
    document = DocumentId.keyed(line.id, line.agency, line.run)
    ended = Ending(doors).event(document)
    entry = doors.ledger.entries([line.id], line.run).get(line.id)
    known = [ended.data.document.original] if ended is not None else []
    known += [entry.original] if entry is not None else []
    return next((one for one in known if document_id(one.bucket, one.key, one.version_id) == line.id), None)


def _begin(doors: Doors, plan: Plan, decided: Decision, line: Line, known: Original | None, now: datetime) -> None:
    original = known or Original(bucket="", key="", version_id="", size=0)
    record = Begun(
        document=line.id,
        agency=line.agency,
        type=line.type,
        sha256=original.sha256,
        size=original.size,
        pages=original.pages,
        arrived=line.arrived,
        due=line.due,
        basis=plan.basis.get(line.type, ""),
        disposal=plan.name,
        plan=decided.plan,
        asked_by=plan.by,
        approved_by=decided.by,
        approved_at=decided.at,
        at=now,
    )
    key, content = disposed_key(line.agency, line.id, "begun.json"), record.model_dump_json(indent=1).encode()
    first_bytes(doors.objects, doors.buckets.work, key, content, "application/json")


def _forget_ends(doors: Doors, vault: Vault, line: Line) -> None:
    """Take the ends, with their values, out of the claims; every run of the document keeps its claim."""
    work = doors.buckets.work
    prefix = ended_key(DocumentId.keyed(line.id, line.agency, ""))
    for key in tuple(doors.objects.keys(work, prefix)):
        put = doors.objects.put(work, key, WITHOUT_END, "application/json")
        if put is None or not put.version_id:
            continue
        # The bucket needs no versions; where a site has them kept, what the claim said before goes as well.
        for one in tuple(vault.versions(work, key)):
            if one.key == key and one.version_id != put.version_id:
                vault.remove(one)


def _delete(vault: Vault, belongings: Iterator[Stored]) -> tuple[int, bool]:
    """Delete these; how many versions, and whether all of them are gone."""
    deleted = 0
    for one in belongings:
        if not vault.remove(one):
            # A lock or a hold that came meanwhile: nothing more is deleted.
            return deleted, False
        deleted += 1
    return deleted, True


def _belongings(
    doors: Doors, vault: Vault, reports: Reports, line: Line, original: Original | None
) -> Iterator[Stored]:
    """Every version of what is to go: what is under lock first, since a lock stops it all."""
    inside = f"{line.agency}/{line.id}/"
    kept = [
        one
        for one in vault.versions(doors.buckets.documents, inside)
        # What was enclosed is a document of its own, with a time of its own.
        if not one.key.startswith(f"{inside}enclosed/")
    ]
    yield from (one for one in kept if one.key.endswith("/intake/original"))
    if original is not None:
        for one in vault.versions(original.bucket, original.key):
            if one.key == original.key and one.version_id == original.version_id:
                yield one
    yield from (one for one in kept if not one.key.endswith("/intake/original"))
    yield from tuple(reports.showing(line.agency, line.id))
    yield from vault.versions(doors.buckets.work, f"resubmissions/{inside}")
