"""From what people said to the event that publish reads, or intake of a cut; sent by whoever comes, taken in once.

The event follows from what lies in the store alone: who finds a settled review whose event was not taken in sends
it, and sends the same. The stage claims the run as intake claims an upload, so an event that is sent twice is
answered once (decision 0025 has the same for what people resubmit). A packet is cut by intake: cutting it means
opening what a stranger sent, which publish never does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from processors.batch.doors import Doors
from processors.batch.reviews.cases import decided_document, read_looks, review_event
from processors.decisions import Look, Settled, settled
from processors.events import DocumentId, DocumentResubmitted, Event, Ref, ReviewDecided, ReviewRequested
from processors.places import look_key
from processors.ports import Outgoing
from processors.record.review_work import ReviewWork
from processors.record.standing import Filter, Standing
from processors.record.states import State
from processors.runtime import writing
from processors.runtime.claims import Claims

#: the stages whose word a decision takes the place of
_REPLACED = ("extract", "publish")
#: more reviews than people can have open at once
_MOST_TAKEN = 10_000


def send(doors: Doors, asked: Event[ReviewRequested], looks: Sequence[Look]) -> bool:
    """Send a decision on its way, unless it was taken in already; whether there was one to send."""
    counts = settled(looks)
    if counts is None:
        return False
    document = decided_document(asked)
    if Claims(doors.objects, doors.buckets.work, doors.topics.cluster).find(document) is None:
        doors.topics.write([writing.outgoing(_event(doors, asked, counts, looks[-1]))])
    people = [look.by for look in looks]
    ReviewWork(doors.ledger.engine).looked(asked.id, people, sent=True)
    return True


def again(doors: Doors, document: DocumentId) -> Outgoing | None:
    """The record that began this run of a decided review; None where nobody decided one."""
    looks = read_looks(doors, document)
    counts = settled(looks)
    asked = None if counts is None else review_event(doors, document.id, document.agency, counts.look.run)
    if counts is None or asked is None:
        return None
    return writing.outgoing(_event(doors, asked, counts, looks[-1]))


def mend(doors: Doors, agencies: Sequence[str] = (), *, whole: bool = False) -> Iterator[str]:
    """Send what was decided and not sent, as after a crash between the two; the documents, as they are sent.

    Args:
        doors: see there
        agencies: only theirs; all where there is none
        whole: look at every review that waits, not only at those that the ledger's database says somebody took:
            that knowledge is gone with the database
    """
    claims = Claims(doors.objects, doors.buckets.work, doors.topics.cluster)
    for document_id, agency, run in _suspects(doors, tuple(agencies), whole=whole):
        asked = review_event(doors, document_id, agency, run)
        if asked is None:
            continue
        document = decided_document(asked)
        looks = read_looks(doors, document)
        if settled(looks) is not None and claims.find(document) is None and send(doors, asked, looks):
            yield document_id


def _suspects(doors: Doors, agencies: tuple[str, ...], *, whole: bool) -> Iterator[tuple[str, str, str]]:
    if not whole:
        for one in ReviewWork(doors.ledger.engine).waiting(agencies=agencies, limit=_MOST_TAKEN, taken=True):
            yield one.document, one.agency, one.run
        return
    for end in Standing(doors.ledger.engine).ends(Filter(agencies=agencies, states=(State.REVIEW,))):
        yield end.document, end.agency, end.run


def _event(doors: Doors, asked: Event[ReviewRequested], counts: Settled, last: Look) -> Event[Any]:
    """The event of a decision, dated when it was settled."""
    document, look = decided_document(asked), counts.look
    before, typed = asked.data, look.says != "set_aside"
    artefacts = {**before.artefacts, "decision": _decision(doors, document, counts.number)}
    kept = (step for step in before.provenance if look.says != "type" or step.stage not in _REPLACED)
    provenance = (*kept, writing.step("people"))
    if look.says == "cut":
        cut = DocumentResubmitted(
            document=document,
            artefacts=artefacts,
            provenance=provenance,
            unread=before.unread,
            notes=before.notes,
            by=look.by,
            ended_by=asked.id,
            cuts=look.cuts,
        )
        return writing.begun(cut, "", last.at)
    decided = ReviewDecided(
        document=document,
        artefacts=artefacts,
        provenance=provenance,
        unread=before.unread,
        notes=before.notes,
        review=asked.id,
        says=look.says,
        by=look.by,
        confirmed_by=counts.confirmed_by,
        at=last.at,
        type=look.type,
        type_version=look.type_version,
        type_confidence=1.0 if typed else before.type_confidence,
    )
    return writing.begun(decided, "", last.at)


def _decision(doors: Doors, document: DocumentId, number: int) -> Ref:
    there = doors.objects.info(doors.buckets.documents, look_key(document, number))
    assert there is not None, "it was read a moment ago, and nobody may delete it"
    return there.ref
