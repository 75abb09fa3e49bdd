"""Working on a document again because a person says so: a dead letter replayed, a quarantine released.

The document keeps its identity and gets a run of its own, whose name is derived from the event that ended the run
before: whoever asks twice for the same gets the same run, and one end. The run begins at the door; where the upload
is gone from the inbox, with the original as it was stored under lock. Who asked stands in the event that begins the
run and, create-only, in the store: of two people who ask, the first counts. A packet that a reviewer cut, and that
failed for our reasons, is cut again, and does not go through the door as a whole.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from processors.batch.doors import Doors
from processors.batch.reviews import sending
from processors.events import DocumentId, DocumentResubmitted, Event, Original
from processors.names import is_reprocessing, is_review_run
from processors.pipeline import RESUBMITTED
from processors.places import resubmission_key
from processors.ports import Outgoing
from processors.reasons import WAIVABLE, QuarantineReason
from processors.record.entry import Entry
from processors.record.proofs import CHUNK, Proofs
from processors.record.states import State
from processors.runtime import writing
from processors.runtime.claims import Claims
from processors.runtime.codec import decode, encode
from processors.runtime.ending import Ending
from processors.runtime.firsts import first_bytes


class NotForPeopleError(Exception):
    """A person cannot set this aside; the text says why."""


@dataclass(frozen=True)
class Asked:
    """A run that a person asked for."""

    document: str
    run: str
    #: who asked first
    by: str
    #: it was asked for before, and was taken in: nothing was written
    known: bool


def run_of(end_event: str) -> str:
    """The name of the run that follows the one that this event ended."""
    return f"again-{end_event}"


def followed(doors: Doors, entries: Collection[Entry]) -> set[str]:
    """The end events of those that somebody has resubmitted, as far as the ledger knows."""
    proofs, ids = Proofs(doors.ledger.engine), sorted({entry.id for entry in entries})
    runs = {run for start in range(0, len(ids), CHUNK) for run in proofs.runs(ids[start : start + CHUNK])}
    return {entry.end_event for entry in entries if (entry.id, run_of(entry.end_event)) in runs}


def ending(doors: Doors, entry: Entry) -> Event[Any] | None:
    """The event that ended this run, as it stands in the store; None if it is not there."""
    claimed = Ending(doors).claimed(entry.document)
    return decode(claimed[0].value) if claimed else None


def asked(doors: Doors, document: DocumentId) -> Outgoing | None:
    """The record that began this run; None if no person asked for it."""
    there = doors.objects.info(doors.buckets.work, resubmission_key(document))
    return None if there is None else _record(document, doors.objects.read(there.ref))


def replay(doors: Doors, entry: Entry, by: str, now: datetime) -> Asked:
    """Let a dead letter's document be worked on again.

    Raises:
        NotForPeopleError: the run did not end as a dead letter, or it is a reprocessing.
    """
    if entry.state is not State.DEAD_LETTER:
        raise NotForPeopleError(f"{entry.id} is no dead letter: it ended as {entry.state.value}.")
    return _ask(doors, entry, by, (), now, _cut(doors, entry.document))


def release(doors: Doors, entry: Entry, by: str, now: datetime) -> Asked:
    """Let a document in although a rule of ours stands against it; every other rule holds.

    Raises:
        NotForPeopleError: it is not in quarantine, or what is wrong with it cannot be set aside.
    """
    if entry.state is not State.QUARANTINED:
        raise NotForPeopleError(f"{entry.id} is not in quarantine: it ended as {entry.state.value}.")
    if entry.reason == QuarantineReason.CUT_INTO_DOCUMENTS.value:
        raise NotForPeopleError(
            f"{entry.reason} cannot be set aside: `chancery status {entry.id}` names the documents that went on."
        )
    if entry.reason not in {reason.value for reason in WAIVABLE}:
        names = ", ".join(sorted(reason.value for reason in WAIVABLE))
        meaning = next((reason.meaning for reason in QuarantineReason if reason.value == entry.reason), "")
        raise NotForPeopleError(
            f"{entry.reason} cannot be set aside ({meaning}) What can: {names}. Ask the sender for another file."
        )
    before = asked(doors, entry.document)
    waived = decode(before.value).data.waived if before else ()
    return _ask(doors, entry, by, tuple(sorted({*waived, entry.reason})), now)


def _cut(doors: Doors, document: DocumentId) -> DocumentResubmitted | None:
    """What began this run, if it was to cut a packet."""
    began = sending.again(doors, document) if is_review_run(document.run_id) else asked(doors, document)
    data = None if began is None else decode(began.value).data
    return data if isinstance(data, DocumentResubmitted) and data.cuts else None


def _ask(
    doors: Doors,
    entry: Entry,
    by: str,
    waived: tuple[str, ...],
    now: datetime,
    cut: DocumentResubmitted | None = None,
) -> Asked:
    if is_reprocessing(entry.run_id):
        # Its result would be published, and nobody has approved that.
        raise NotForPeopleError(f"{entry.run_id} is a reprocessing: reprocess the document anew instead.")
    ended = ending(doors, entry)
    claims = Claims(doors.objects, doors.buckets.work, doors.topics.cluster)
    if ended is None and claims.ended(entry.document):
        raise NotForPeopleError(f"{entry.id} was disposed of: there is nothing to work on any more.")
    known: DocumentId = entry.document if ended is None else ended.data.document
    document = known.model_copy(
        update={
            "run_id": run_of(entry.end_event),
            "continues": entry.run_id,
            # A packet is known already, and is cut as it was seen.
            "original": known.original if cut else _fresh(known.original),
        }
    )
    data = DocumentResubmitted(document=document, by=by, ended_by=entry.end_event, waived=waived)
    if cut is not None:
        data = cut.model_copy(update={"document": document, "by": by, "ended_by": entry.end_event})
    event: Event[Any] = writing.resubmitted(data, now)
    value = first_bytes(
        doors.objects, doors.buckets.work, resubmission_key(document), encode(event), "application/json"
    )
    taken = claims.find(document) is not None
    if not taken:
        # Also where somebody asked before: he may have died between the two. Intake takes it in once.
        doors.topics.write([_record(document, value)])
    return Asked(document.id, document.run_id, decode(value).data.by, known=taken)


def _record(document: DocumentId, value: bytes) -> Outgoing:
    return Outgoing(RESUBMITTED, document.id.encode(), value)


def _fresh(original: Original) -> Original:
    """What is known of an original before the door."""
    return Original(
        bucket=original.bucket,
        key=original.key,
        name=original.name,
        version_id=original.version_id,
        size=original.size,
    )
