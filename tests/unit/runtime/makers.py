"""Documents, events and outcomes for the tests of the runtime."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from processors.adapters.memory import MemoryObjects
from processors.events import (
    DocumentArrived,
    DocumentClassified,
    DocumentExtracted,
    DocumentId,
    DocumentRecognised,
    Event,
    EventData,
    Original,
    PageRange,
    PagesRecognised,
    PagesRequested,
    Reading,
    Ref,
    ResultReleased,
    Step,
)
from processors.places import artefact_key
from processors.runtime.writing import Trigger, event_of
from processors.stage import Artefact, Done, Draft, Join, Work
from tests.unit.runtime.shop import NOW

DOCUMENT = DocumentId(
    id="d" * 32,
    agency="alpha",
    original=Original(bucket="inbox-alpha", key="a.pdf", version_id="v1", sha256="0" * 64, size=3, pages=3),
)


def stored(objects: MemoryObjects, role: str, content: bytes = b"content") -> Ref:
    ref = objects.put("documents", artefact_key(DOCUMENT, "earlier", role), content, "text/plain")
    assert ref is not None
    return ref


def asked(data: EventData, part: str = "", **artefacts: Ref) -> Event[Any]:
    """An event as an earlier stage wrote it."""
    trigger = Trigger(data.document, artefacts, (Step(stage="before", code_version="0"),))
    return event_of(Draft(data, part), trigger, Step(stage="earlier", code_version="0"), {}, NOW)


def ranges(count: int) -> tuple[PageRange, ...]:
    return tuple(PageRange(first=n, last=n) for n in range(1, count + 1))


def requested(original: Ref, number: int, count: int, document: DocumentId = DOCUMENT) -> Event[Any]:
    """A request for one page of a document that is split into as many ranges as it has pages."""
    data = PagesRequested(document=document, range=ranges(count)[number - 1], ranges=ranges(count))
    return asked(data, f"pages-{number}", original=original)


def recognised(pages: Ref) -> Event[Any]:
    return asked(DocumentRecognised(document=DOCUMENT, pages=3), pages=pages)


def extracted(fields: Ref) -> Event[Any]:
    data = DocumentExtracted(
        document=DOCUMENT, type="letter", type_version="1", type_confidence=1.0, fields_total=1, fields_found=1
    )
    return asked(data, fields=fields)


def accept(work: Work) -> Done:
    """Intake that lets everything in."""
    document = work.event.data.document
    original = document.original.model_copy(update={"pages": 1, "media_type": "application/pdf"})
    document = document.model_copy(update={"original": original})
    arrived = DocumentArrived(document=document, same_content_as=work.event.data.same_content_as, ranges=1)
    request = PagesRequested(document=document, range=ranges(1)[0], ranges=ranges(1))
    return Done(events=(Draft(arrived), Draft(request, part="pages-1-1")))


def read(work: Work) -> Done:
    """OCR that writes down which page it read; of the whole it makes the number of its lines."""
    if work.whole is not None:
        return read_whole(work, work.whole)
    return read_at_once(work) if len(work.event.data.ranges) == 1 else read_part(work)


def read_part(work: Work) -> Done:
    """OCR of one range of several."""
    request: PagesRequested = work.event.data
    output = work.scratch / request.range.file_name
    output.write_text(f"page {request.range.first}\n")
    reading = Reading(pages=1, words=2, text_layer_pages=0, confidence=0.5)
    return Done(
        events=(
            Draft(
                PagesRecognised(document=request.document, range=request.range, reading=reading),
                part=f"p{request.range.first}",
            ),
        ),
        artefacts=(Artefact(output.name, "", output, "text/plain"),),
        join=Join(
            parts=tuple(one.file_name for one in request.ranges),
            whole="pages.jsonl",
            role="pages",
            media_type="text/plain",
        ),
        engine="pen 1",
        model_digest="f" * 64,
    )


def read_whole(work: Work, whole: Path) -> Done:
    """What OCR says of a document whose every part is read."""
    document = work.event.data.document
    text = work.scratch / "text.txt"
    text.write_text(f"{len(whole.read_text().splitlines())} pages")
    return Done(
        events=(Draft(DocumentRecognised(document=document, pages=document.original.pages)),),
        artefacts=(Artefact("text.txt", "text", text, "text/plain"),),
    )


def read_at_once(work: Work) -> Done:
    """OCR of a document of one range."""
    done = read_part(work)
    (part,) = done.artefacts
    whole = read_whole(work, part.path)
    pages = replace(part, name="pages.jsonl", role="pages")
    return replace(done, events=(*done.events, *whole.events), artefacts=(pages, *whole.artefacts), join=None)


def classify(work: Work) -> Done:
    return Done(
        events=(Draft(DocumentClassified(document=work.event.data.document, type="letter", confidence=1.0)),)
    )


def release(work: Work, **fields: Any) -> Done:
    result = ResultReleased(
        document=work.event.data.document,
        type="letter",
        type_version="1",
        type_confidence=1.0,
        confidence=1.0,
        fields=fields,
        evidence={},
    )
    return Done(events=(Draft(result),))
