"""From a stage's drafts to events on topics: ids, signatures, artefact references."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from processors import __version__
from processors.errors import StageFailed
from processors.events import (
    DeadLettered,
    DocumentEnclosed,
    DocumentHeld,
    DocumentId,
    DocumentQuarantined,
    DocumentResubmitted,
    Event,
    EventData,
    ObjectCreated,
    Origin,
    PagesRequested,
    Record,
    Ref,
    ResultReleased,
    ReviewRequested,
    Step,
    UnreadPage,
)
from processors.pipeline import topic_of
from processors.ports import Outgoing
from processors.runtime.codec import encode
from processors.runtime.identity import event_id, origin_id
from processors.stage import Draft, Rejected

D = TypeVar("D", bound=Record)
#: Kafka's limit in `adapters/kafka_log.py`, less room for key and headers: what Kafka refuses would come again for
#: ever, since a failed commit counts no attempt.
_MOST_BYTES = 4 * 1024 * 1024 - 16 * 1024


@dataclass(frozen=True)
class Trigger:
    """What a stage's events answer."""

    document: DocumentId
    artefacts: Mapping[str, Ref]
    provenance: tuple[Step, ...]
    unread: tuple[UnreadPage, ...] = ()
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, event: Event[Any]) -> Trigger:
        """What an event hands on to those that answer it."""
        data = event.data
        return cls(data.document, data.artefacts, data.provenance, data.unread, data.notes)


def step(stage: str, engine: str = "", model_digest: str = "") -> Step:
    """This version's signature under a stage's work."""
    return Step(stage=stage, code_version=__version__, engine=engine, model_digest=model_digest)


def event_of(
    draft: Draft, trigger: Trigger, signature: Step, new: Mapping[str, Ref], at: datetime
) -> Event[EventData]:
    """The event that a draft becomes. Its document is the draft's: intake learns more than the trigger knew."""
    document = draft.data.document
    data = draft.data.model_copy(
        update={
            "artefacts": {**trigger.artefacts, **new},
            "provenance": (*trigger.provenance, signature),
            "unread": draft.data.unread or trigger.unread,
            "notes": tuple(dict.fromkeys((*trigger.notes, *draft.data.notes))),
        }
    )
    return _envelope(
        data,
        data.TYPE,
        document,
        event_id(document.id, document.run_id, data.TYPE, draft.part),
        signature.stage,
        at,
    )


def created(data: ObjectCreated, at: datetime) -> Event[ObjectCreated]:
    """What intake answers: the object version itself, put into words by the runtime."""
    return _envelope(data, data.TYPE, data.document, data.document.id, "runtime", at)


def enclosed(document: DocumentId, signature: Step, at: datetime) -> Event[DocumentEnclosed]:
    """The event that announces a file inside a document; what is known of the outer one is not the inner one's."""
    data = DocumentEnclosed(document=document, provenance=(signature,))
    identity = event_id(document.id, document.run_id, data.TYPE)
    return _envelope(data, data.TYPE, document, identity, signature.stage, at)


def resubmitted(data: DocumentResubmitted, at: datetime) -> Event[DocumentResubmitted]:
    """The event that begins a run that a person asked for."""
    document = data.document
    identity = event_id(document.id, document.run_id, data.TYPE)
    return _envelope(data, data.TYPE, document, identity, "people", at)


def begun(data: EventData, part: str, at: datetime) -> Event[EventData]:
    """The event with which a reprocessing begins: what the stage before said, in a run of its own.

    Args:
        data: with the new run in its document
        part: tells apart several events of one type, as in `Draft`
        at: when it is written
    """
    document = data.document
    return _envelope(
        data, data.TYPE, document, event_id(document.id, document.run_id, data.TYPE, part), "people", at
    )


def held(end: Event[ResultReleased] | Event[ReviewRequested]) -> Event[EventData]:
    """What is told of an end that is kept back: that it is there, and nothing that was read."""
    data, document = end.data, end.data.document
    told = DocumentHeld(
        document=document,
        artefacts=data.artefacts,
        provenance=data.provenance,
        unread=data.unread,
        notes=data.notes,
        ends_as="result" if isinstance(data, ResultReleased) else "review",
        type=data.type,
        type_version=data.type_version,
        type_confidence=data.type_confidence,
        reason="" if isinstance(data, ResultReleased) else data.reason,
    )
    identity = event_id(document.id, document.run_id, told.TYPE)
    return _envelope(told, told.TYPE, document, identity, "publish", end.time)


def quarantined(rejected: Rejected, trigger: Trigger, signature: Step, at: datetime) -> Event[EventData]:
    """The event that sets a document aside."""
    document = trigger.document
    data = DocumentQuarantined(
        document=document,
        artefacts=dict(trigger.artefacts),
        provenance=(*trigger.provenance, signature),
        reason=rejected.reason.value,
        stage=signature.stage,
        details=dict(rejected.details),
    )
    # One end for a document: a second page range that is refused as well repeats this id.
    return _envelope(
        data, data.TYPE, document, event_id(document.id, document.run_id, data.TYPE), signature.stage, at
    )


def dead_lettered(data: DeadLettered, at: datetime) -> Event[DeadLettered]:
    """The event that says that we failed at a piece of work."""
    document = data.document
    if document is None:
        identity = origin_id(data.origin)
    else:
        identity = event_id(document.id, document.run_id, data.TYPE, f"{data.stage}/{_place(data.origin)}")
    return _envelope(data, data.TYPE, document, identity, data.stage, at)


def outgoing(event: Event[EventData] | Event[DeadLettered], value: bytes | None = None) -> Outgoing:
    """The record of an event, keyed so that a document keeps its order; page ranges spread over the partitions.

    Raises:
        StageFailed: no topic takes a record of this size.
    """
    key = event.subject or event.id
    if isinstance(event.data, PagesRequested):
        key = f"{key}/{event.data.range.first}"
    value = encode(event) if value is None else value
    if len(value) > _MOST_BYTES:
        raise StageFailed("event too large")
    return Outgoing(topic_of(event.data), key.encode(), value, agency=event.agency)


def _envelope(
    data: D, event_type: str, document: DocumentId | None, identity: str, stage: str, at: datetime
) -> Event[D]:
    return Event(
        id=identity,
        type=event_type,
        source=f"/chancery/{stage}",
        subject=document.id if document else "",
        time=at,
        dataschema=f"chancery:events/{event_type}",
        agency=document.agency if document else "",
        runid=document.run_id if document else "",
        data=data,
    )


def _place(origin: Origin) -> str:
    return f"{origin.topic}/{origin.partition}/{origin.offset}"
