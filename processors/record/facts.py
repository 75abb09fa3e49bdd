"""What one event says about a document, and how what two events say becomes one entry.

`merge` is commutative, associative and idempotent. That is why the topics may be read in any order, by any
number of readers, and again from the start, and the ledger still comes out the same.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from processors.errors import EventInvalid
from processors.events import (
    DeadLettered,
    DocumentArrived,
    DocumentClassified,
    DocumentEnclosed,
    DocumentExtracted,
    DocumentHeld,
    DocumentId,
    DocumentQuarantined,
    DocumentRecognised,
    DocumentResubmitted,
    Event,
    Original,
    PagesRecognised,
    PagesRequested,
    ResultReleased,
    ReviewDecided,
    ReviewRequested,
    Step,
)
from processors.record.entry import Entry
from processors.record.states import State

#: The state that an event brings, and the stage that holds the document from then on; "" = named in the event.
_MEANS: dict[type[Any], tuple[State, str]] = {
    DocumentEnclosed: (State.ARRIVED, "intake"),
    DocumentResubmitted: (State.ARRIVED, "intake"),
    # The lowest state: a type that a person told sends the document back to extract.
    ReviewDecided: (State.ARRIVED, "publish"),
    DocumentArrived: (State.ARRIVED, "ocr"),
    PagesRequested: (State.ARRIVED, "ocr"),
    PagesRecognised: (State.RECOGNISING, "ocr"),
    DocumentRecognised: (State.RECOGNISED, "classify"),
    DocumentClassified: (State.CLASSIFIED, "extract"),
    DocumentExtracted: (State.EXTRACTED, "publish"),
    DocumentHeld: (State.HELD, "publish"),
    ResultReleased: (State.RESULT, "publish"),
    ReviewRequested: (State.REVIEW, "publish"),
    DocumentQuarantined: (State.QUARANTINED, ""),
    DeadLettered: (State.DEAD_LETTER, ""),
}

_TYPED = (DocumentClassified, DocumentExtracted, DocumentHeld, ResultReleased, ReviewRequested, ReviewDecided)


def entry_of(event: Event[Any]) -> Entry:
    """The entry of a document of which only this event is known.

    Raises:
        EventInvalid: the event is of a type that never travels on a topic, or names no document.
    """
    data = event.data
    if type(data) not in _MEANS or data.document is None:
        raise EventInvalid(event.type)
    state, holder = _MEANS[type(data)]
    document: DocumentId = data.document
    time = event.time.astimezone(UTC)
    order = f"{state.rank:02d}|{time.isoformat(timespec='microseconds')}|{event.id}"
    is_typed = isinstance(data, _TYPED)
    confidence = data.confidence if isinstance(data, DocumentClassified) else getattr(data, "type_confidence", 0.0)
    return Entry(
        id=document.id,
        run_id=document.run_id,
        agency=document.agency,
        original=_storable(document.original),
        state=state,
        stage=holder or data.stage,
        since=time,
        first_seen=time,
        state_order=order,
        type_order=order if is_typed else "",
        reason=getattr(data, "reason", ""),
        same_content_as=getattr(data, "same_content_as", ""),
        parent=document.parent,
        type=data.type if is_typed else "",
        type_version=getattr(data, "type_version", ""),
        type_confidence=confidence,
        code_version=signature(event).code_version,
        end_event=event.id if state.is_end else "",
        artefacts=dict(getattr(data, "artefacts", {})),
    )


def merge(one: Entry, other: Entry) -> Entry:
    """What both say about the same document, in whichever order they came."""
    decides = max(one, other, key=lambda entry: entry.state_order)
    typed = max(one, other, key=lambda entry: entry.type_order)
    # A state lasts since its first event; an end is the end that counts, whatever there was before.
    same_state = one.state == other.state and not one.state.is_end
    return replace(
        decides,
        original=max(one.original, other.original, key=_known),
        since=min(one.since, other.since) if same_state else decides.since,
        first_seen=min(one.first_seen, other.first_seen),
        same_content_as=max(one.same_content_as, other.same_content_as),
        type=typed.type,
        type_version=typed.type_version,
        type_confidence=typed.type_confidence,
        type_order=typed.type_order,
    )


def signature(event: Event[Any]) -> Step:
    """Who made this event: the last to sign, or what the envelope and the failure report say."""
    data = event.data
    signed: tuple[Step, ...] = getattr(data, "provenance", ())
    if signed:
        return signed[-1]
    stage = getattr(data, "stage", "") or event.source.rsplit("/", 1)[-1]
    return Step(stage=stage, code_version=getattr(data, "code_version", ""))


def _known(original: Original) -> tuple[int, bool, str, int, str]:
    """Orders what two events say of one original: the later stages know more of it."""
    return (
        original.pages,
        original.media_type != "application/octet-stream",
        original.sha256,
        original.size,
        original.media_type,
    )


def _storable(untrusted_original: Original) -> Original:
    """The same, with a key that every database takes: PostgreSQL refuses NUL, UTF-8 refuses lone surrogates."""
    key, name = (
        text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\x00")
        for text in (untrusted_original.key, untrusted_original.name)
    )
    return untrusted_original.model_copy(update={"key": key, "name": name})


def utc_now() -> datetime:
    """The clock of production."""
    return datetime.now(UTC)
