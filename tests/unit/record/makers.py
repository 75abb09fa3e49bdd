"""Events of one document, as the stages would make them."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from processors.events import (
    DeadLettered,
    DocumentArrived,
    DocumentClassified,
    DocumentExtracted,
    DocumentId,
    DocumentQuarantined,
    DocumentRecognised,
    Event,
    EventData,
    Evidence,
    Origin,
    Original,
    PageRange,
    PagesRecognised,
    PagesRequested,
    Reading,
    Ref,
    ResultReleased,
    ReviewRequested,
    Step,
)

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
SHA = "ab" * 32


def document(name: str = "a", agency: str = "justice", run_id: str = "live", pages: int = 2) -> DocumentId:
    known = {"sha256": SHA, "media_type": "application/pdf", "pages": pages} if pages else {}
    original = Original.model_validate(
        {"bucket": f"inbox-{agency}", "key": f"{name}.pdf", "version_id": "v1", "size": 10, **known}
    )
    return DocumentId(id=identity(name), agency=agency, run_id=run_id, original=original)


def identity(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:32]


def event(data: Any, seconds: float, part: str = "") -> Event[Any]:
    stage = data.provenance[-1].stage if getattr(data, "provenance", ()) else "intake"
    known: DocumentId | None = data.document
    seed = f"{data.TYPE} {known.id if known else ''} {known.run_id if known else ''} {part}"
    return Event[Any](
        id=hashlib.sha256(seed.encode()).hexdigest()[:32],
        type=data.TYPE,
        source=f"/chancery/{stage}",
        subject=known.id if known else "",
        time=NOON + timedelta(seconds=seconds),
        agency=known.agency if known else "",
        runid=known.run_id if known else "",
        data=data,
    )


def signed(stage: str, engine: str = "") -> dict[str, Any]:
    return {"provenance": (Step(stage=stage, code_version="0.1.0", engine=engine, model_digest=""),)}


def way(name: str = "a", agency: str = "justice", run_id: str = "live") -> list[Event[Any]]:
    """All events of a document of two page ranges, up to its extraction, in order."""
    doc = document(name, agency, run_id)
    ranges = (PageRange(first=1, last=1), PageRange(first=2, last=2))
    reading = Reading(pages=1, words=100, text_layer_pages=0, confidence=0.9)
    pages = Ref(bucket="documents", key=f"{doc.id}/pages.jsonl", sha256=SHA, size=5, media_type="x")
    datas: list[EventData] = [
        DocumentArrived(document=doc, ranges=2, **signed("intake")),
        *(PagesRequested(document=doc, range=r, ranges=ranges, **signed("intake")) for r in ranges),
        *(
            PagesRecognised(document=doc, range=r, reading=reading, **signed("ocr", "tesserocr 5.5.4"))
            for r in ranges
        ),
        DocumentRecognised(document=doc, pages=2, artefacts={"pages": pages}, **signed("ocr")),
        DocumentClassified(document=doc, type="nda_contract", confidence=0.97, **signed("classify")),
        DocumentExtracted(
            document=doc,
            type="nda_contract",
            type_version="1",
            type_confidence=0.97,
            fields_total=4,
            fields_found=4,
            **signed("extract"),
        ),
    ]
    return [event(data, second, str(second)) for second, data in enumerate(datas)]


def result(name: str = "a", agency: str = "justice", run_id: str = "live", **more: Any) -> ResultReleased:
    fields = {
        "type": "nda_contract",
        "type_version": "1",
        "type_confidence": 0.97,
        "confidence": 0.9,
        "fields": {"party": ["Acme Inc."]},
        "evidence": {
            "party/0": Evidence(
                page=1, boxes=((10, 10, 90, 20),), text="ACME Inc.", verdict="normalised", confidence=0.9
            )
        },
        "artefacts": {"pages": Ref(bucket="documents", key="k", sha256=SHA, size=5, media_type="x")},
    }
    return ResultReleased(document=document(name, agency, run_id), **(fields | signed("publish") | more))


def review(name: str = "a", agency: str = "justice") -> ReviewRequested:
    return ReviewRequested(
        document=document(name, agency),
        type="unknown",
        type_confidence=0.4,
        reason="type_unknown",
        reasons=(("type_unknown", ""),),
        **signed("publish"),
    )


def quarantine(name: str = "a", agency: str = "justice", reason: str = "encrypted") -> DocumentQuarantined:
    return DocumentQuarantined(
        document=document(name, agency, pages=0), reason=reason, stage="intake", **signed("intake")
    )


def dead_letter(name: str | None = "a", agency: str = "justice") -> DeadLettered:
    return DeadLettered(
        document=document(name, agency, pages=0) if name else None,
        reason="stage_failed",
        stage="ocr",
        code_version="0.1.0",
        attempt=3,
        origin=Origin(topic="pages.requested", partition=0, offset=7),
        payload_sha256=SHA,
    )
