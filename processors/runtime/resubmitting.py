"""A document that comes through the door again because a person wants it: is it one that had come before?"""

from __future__ import annotations

from processors.errors import EventInvalid
from processors.events import DocumentId
from processors.places import Buckets
from processors.runtime import enclosing
from processors.runtime.identity import document_id


def check(document: DocumentId, buckets: Buckets) -> None:
    """See that a resubmitted document is an upload or an enclosure under its own name, and its run not the first.

    Raises:
        EventInvalid: it is not: the event is forged.
    """
    if document.run_id == "live" or not document.continues:
        raise EventInvalid("the run of an upload")
    if document.parent:
        enclosing.check(document, buckets)
        return
    original = document.original
    named = document.id == document_id(original.bucket, original.key, original.version_id)
    if not named or buckets.agency_of(original.bucket) != document.agency:
        raise EventInvalid("no upload of ours")
