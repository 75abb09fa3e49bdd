"""Reading the event that ended a document from the object store, without the log."""

from __future__ import annotations

from processors.config import Settings
from processors.places import Buckets, EndKind, end_key
from processors.ports import Objects
from processors.record.entry import Entry
from processors.record.states import State

_KIND_OF: dict[State, EndKind] = {State.RESULT: "result", State.REVIEW: "review"}


def read_end(objects: Objects, settings: Settings, entry: Entry) -> bytes | None:
    """The event that ended a document, as it was stored; None if it has none of its own, or not yet.

    Raises:
        DependencyUnavailable: the object store does not answer.
        ArtefactMissing: it was deleted while we read.
    """
    kind = _KIND_OF.get(entry.state)
    if kind is None:
        return None
    found = objects.info(Buckets(settings.prefix).documents, end_key(entry.document, kind))
    return objects.read(found.ref) if found else None
