"""Where the event that ended a document lies in the object store, so that it can be read without the log.

The event cannot carry its own reference, so its place is a convention: the runtime stores it there before the event
goes out, the readers look there.
"""

from __future__ import annotations

from typing import Literal

from processors.config import Settings
from processors.events import DocumentId
from processors.ports import Objects
from processors.record.entry import Entry
from processors.record.states import State
from processors.runtime.buckets import Buckets, artefact_key

EndKind = Literal["result", "review"]
_KIND_OF: dict[State, EndKind] = {State.RESULT: "result", State.REVIEW: "review"}


def end_key(document: DocumentId, kind: EndKind) -> str:
    """The key of the event that ended a document, as structured CloudEvents JSON."""
    return artefact_key(document, "publish", f"{kind}.json")


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
