"""A document that comes through the door again because a person wants it: is it one that had come before?

A packet that a person cuts does not come through the door again, its parts do; it goes to intake because cutting it
means opening what a stranger sent. What the event says of the cuts is held against what that person said.
"""

from __future__ import annotations

from pydantic import ValidationError

from processors.decisions import Look, are_cuts
from processors.errors import EventInvalid
from processors.events import DocumentResubmitted, ObjectCreated, Ref
from processors.names import is_review_run, review_run
from processors.places import Buckets, belongings, folder
from processors.ports import Objects
from processors.runtime import enclosing
from processors.runtime.identity import document_id, is_object


def check(data: DocumentResubmitted, buckets: Buckets) -> None:
    """See that a resubmitted document is an upload or an enclosure under its own name, and its run not the first.

    Raises:
        EventInvalid: it is not: the event is forged.
    """
    document = data.document
    if document.run_id == "live" or not document.continues:
        raise EventInvalid("the run of an upload")
    _check_cuts(data, buckets)
    if document.parent:
        enclosing.check(document, buckets)
        return
    original = document.original
    named = document.id == document_id(original.bucket, original.key, original.version_id)
    named = named and is_object(original.key, original.version_id)
    if not named or buckets.agency_of(original.bucket) != document.agency:
        raise EventInvalid("no upload of ours")


def to_be_cut(data: DocumentResubmitted, objects: Objects) -> ObjectCreated:
    """What intake needs to know of a packet that is to be cut.

    Raises:
        EventInvalid: the person whose decision the event names said something else.
        ArtefactMissing: the decision is gone.
    """
    try:
        look = Look.model_validate_json(objects.read(data.artefacts["decision"]))
    except ValidationError:
        raise EventInvalid("no decision that this version knows") from None
    if (look.says, look.cuts) != ("cut", data.cuts) or not _is_of(look, data.artefacts["decision"]):
        raise EventInvalid("other cuts than were decided")
    return ObjectCreated(
        document=data.document,
        artefacts=data.artefacts,
        provenance=data.provenance,
        unread=data.unread,
        notes=data.notes,
        cuts=data.cuts,
    )


def _check_cuts(data: DocumentResubmitted, buckets: Buckets) -> None:
    document, decision = data.document, data.artefacts.get("decision")
    if not data.cuts:
        if is_review_run(document.run_id):
            raise EventInvalid("a decided review that cuts nothing")
        return
    if not are_cuts(data.cuts) or data.waived:
        raise EventInvalid("no cuts")
    # Of a replay the decision stays where it was made, in the run of the review.
    own = folder(document) if is_review_run(document.run_id) else belongings(document)
    if decision is None or decision.bucket != buckets.documents or not decision.key.startswith(own):
        raise EventInvalid("no decision of ours")
    if "/people/" not in decision.key:
        raise EventInvalid("no decision of a person")


def _is_of(look: Look, decision: Ref) -> bool:
    """Whether the look lies in the run that the decision about its review begins."""
    return f"/{review_run(look.review)}/people/" in decision.key
