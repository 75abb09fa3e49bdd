"""What the ledger knows: an entry a document and run, a step an event. References and codes, never values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from processors.events import DocumentId, Original, Ref
from processors.record.states import State


@dataclass(frozen=True)
class Entry:
    """A document in a run, as far as its events tell. Made from one event, or from two entries by `merge`."""

    id: str
    run_id: str
    agency: str
    original: Original
    state: State
    #: the stage that holds the document now, or the one that ended it
    stage: str
    #: since when it is in this state
    since: datetime
    #: time of its first event
    first_seen: datetime
    #: sorts the events that may decide the state: rank, time, event id
    state_order: str
    #: the same for the events that may decide the type; "" while no type is known
    type_order: str = ""
    #: why it ended, a code of `reasons.py` or `errors.py`; empty for a result
    reason: str = ""
    same_content_as: str = ""
    #: id of the document that this one was enclosed in, "" for an upload
    parent: str = ""
    type: str = ""
    type_version: str = ""
    type_confidence: float = 0.0
    #: of the stage that decided the state
    code_version: str = ""
    #: id of the event that ended it
    end_event: str = ""
    #: by role, as the event that decided the state named them
    artefacts: dict[str, Ref] = field(default_factory=dict)
    #: when the ledger last learned something about it; None before it is stored
    updated: datetime | None = None

    @property
    def document(self) -> DocumentId:
        """The document's identity, as events carry it."""
        return DocumentId(
            id=self.id, agency=self.agency, run_id=self.run_id, parent=self.parent, original=self.original
        )


@dataclass(frozen=True)
class StepEntry:
    """One event on a document's path."""

    event_id: str
    event_type: str
    document_id: str
    run_id: str
    stage: str
    at: datetime
    recorded_at: datetime
    code_version: str
    engine: str
    model_digest: str


@dataclass(frozen=True)
class Count:
    """How many documents of an agency stand where."""

    agency: str
    state: State
    stage: str
    documents: int
    #: since when the one that waits longest is there
    oldest: datetime
