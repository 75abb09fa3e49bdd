"""One event of every published type, and ways to draw any number of them."""

import math
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from processors.events import (
    PUBLISHED,
    AccessRefused,
    ActRecorded,
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
    Evidence,
    Origin,
    Original,
    PageRange,
    PagesRecognised,
    PagesRequested,
    Reading,
    Record,
    Ref,
    ResultReleased,
    Review,
    ReviewDecided,
    ReviewRequested,
    RunReported,
    Step,
    TypeScore,
    UnreadPage,
)

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
DOCUMENT = DocumentId(
    id="5f" * 16,
    agency="justice",
    original=Original(bucket="inbox-justice", key="a b/ü.pdf", version_id="v1", sha256="ab" * 32, size=9, pages=2),
)
_REF = Ref(bucket="documents", key="k", version_id="v", sha256="cd" * 32, size=3, media_type="application/pdf")
_COMMON: dict[str, Any] = {
    "document": DOCUMENT,
    "artefacts": {"original": _REF},
    "provenance": (Step(stage="intake", code_version="0.1.0"),),
}
_TYPED: dict[str, Any] = {**_COMMON, "type": "receipt", "type_version": "1.0", "type_confidence": 0.97}
_PROOF = Evidence(page=1, boxes=((1.0, 2.0, 3.0, 4.0),), text="$ 5.00", verdict="normalised", confidence=0.9)

DATA: tuple[Record, ...] = (
    DocumentArrived(**_COMMON, ranges=1, enclosed=1),
    DocumentEnclosed(document=DOCUMENT.model_copy(update={"parent": "6f" * 16, "depth": 1})),
    DocumentResubmitted(
        document=DOCUMENT.model_copy(update={"run_id": "again-1", "continues": "live"}),
        by="Ada",
        ended_by="e1",
        waived=("type_mismatch",),
    ),
    PagesRequested(**_COMMON, range=PageRange(first=1, last=2), ranges=(PageRange(first=1, last=2),)),
    PagesRecognised(
        **_COMMON,
        range=PageRange(first=1, last=2),
        reading=Reading(pages=2, words=7, text_layer_pages=1, confidence=0.8),
    ),
    DocumentRecognised(
        **_COMMON, pages=2, unread=(UnreadPage(page=2, reason="damaged"),), notes=("missing_pack:ara",)
    ),
    DocumentClassified(
        **_COMMON, type="receipt", confidence=0.97, scores=(TypeScore(type="receipt", probability=0.97),)
    ),
    DocumentExtracted(**_TYPED, fields_total=2, fields_found=1),
    ResultReleased(
        **_TYPED,
        confidence=0.9,
        fields={"total": "5.00", "date": None, "items": []},
        evidence={"total": _PROOF},
        review=Review(reviewer="r1", at=AT, changed=("total",)),
    ),
    ResultReleased(**_TYPED, confidence=0.9, fields={}, evidence={}),
    ReviewRequested(**_TYPED, reason="confidence_low", reasons=(("confidence_low", "total"),)),
    ReviewDecided(
        **_TYPED | {"document": DOCUMENT.model_copy(update={"run_id": "review-1", "continues": "live"})},
        review="1",
        says="values",
        by="Ada",
        confirmed_by="Ben",
        at=AT,
    ),
    DocumentHeld(**_TYPED | {"document": DOCUMENT.model_copy(update={"run_id": "re-1"})}, ends_as="result"),
    DocumentQuarantined(
        **_COMMON, reason="too_large", stage="intake", details={"bytes": 3, "limit": 2.5, "by": "s"}
    ),
    DeadLettered(
        document=DOCUMENT,
        reason="stage_failed",
        stage="ocr",
        code_version="0.1.0",
        attempt=3,
        origin=Origin(topic="pages.requested", partition=0, offset=7),
        payload_sha256="ef" * 32,
        event={"id": "1"},
    ),
    ActRecorded(
        act="model_approved", thing="classifier@3", by="Ann", account="ann", outcome="done", details={"number": 2}
    ),
    AccessRefused(
        server="store",
        principal="agency.tax.upload.1",
        operation="GetObject",
        thing="inbox-justice",
        agency="justice",
        outcome="refused",
        times=3,
        first=AT,
        last=AT,
        addresses=("10.0.0.7",),
        objects=("ab" * 32,),
    ),
    RunReported(dag="reprocess", run="r1", outcome="failed", by="ann", reason="task_failure", counts={"sent": 3}),
)


def envelope(data: Record) -> Event[Any]:
    """The event that carries `data`."""
    event_type: str = data.TYPE  # type: ignore[attr-defined]
    document: DocumentId | None = getattr(data, "document", None)
    kind: Any = Event[type(data)]  # type: ignore[misc]
    event: Event[Any] = kind(
        id="00000000-0000-5000-8000-000000000001",
        type=event_type,
        source="/chancery/test",
        subject=document.id if document else "",
        time=AT,
        dataschema=f"chancery:events/{event_type}",
        agency=document.agency if document else "",
        runid=document.run_id if document else "",
        data=data,
    )
    return event


EVENTS = tuple(envelope(data) for data in DATA)


def _members(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.text(), values, max_size=4)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | _members(inner),
    max_leaves=8,
)


# "Not a number" is refused by every record; what JSON can hold is generated.
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))


def _finite(value: Any) -> bool:
    match value:
        case float():
            return math.isfinite(value)
        case dict():
            return all(map(_finite, value.values()))
        case list() | tuple():
            return all(map(_finite, value))
    return True


def _any_data(kind: type[Record]) -> st.SearchStrategy[Record]:
    """Any record of a kind, with numbers that JSON can hold."""
    free = {name: _members(_JSON) for name in ("fields", "event") if name in kind.model_fields}
    return st.builds(kind, **free).filter(lambda data: _finite(data.model_dump()))


def any_event() -> st.SearchStrategy[Event[Any]]:
    """Any event of any published type."""
    return st.one_of(*(_any_data(kind) for kind in PUBLISHED)).map(envelope)
