"""A run begins with what the stage before had said, and with nothing that the stage or those behind it made."""

from __future__ import annotations

from typing import Any

import pytest

from processors.batch.reprocess.starting import CannotBegin, begin
from processors.events import (
    DeadLettered,
    DocumentClassified,
    DocumentExtracted,
    DocumentId,
    DocumentQuarantined,
    DocumentRecognised,
    Event,
    EventData,
    Origin,
    Original,
    PagesRequested,
    TypeScore,
)
from processors.pipeline import reprocessing_lane, topic_of
from processors.runtime.codec import encode
from processors.runtime.ending import Ending
from processors.runtime.identity import is_ours
from processors.runtime.writing import dead_lettered
from tests.example_events import envelope
from tests.unit.batch.reprocess.office import DOUBT, Office
from tests.unit.runtime.shop import NOW


def end_of(office: Office, document: str) -> Event[Any]:
    nothing = Original(bucket="", key="", version_id="", size=0)
    found = Ending(office.doors).event(DocumentId(id=document, agency="alpha", original=nothing))
    assert found is not None
    return found


def started(office: Office, end: Event[Any] | None, stage: Any) -> tuple[Event[Any], ...]:
    return begin(end, stage, "re-one", office.objects, NOW)


@pytest.mark.parametrize(
    ("stage", "kind", "roles", "signed"),
    [
        ("ocr", PagesRequested, {"original"}, ["intake"]),
        ("classify", DocumentRecognised, {"original", "pages"}, ["intake", "ocr"]),
        ("extract", DocumentClassified, {"original", "pages"}, ["intake", "ocr", "classify"]),
        ("publish", DocumentExtracted, {"original", "pages", "fields"}, ["intake", "ocr", "classify", "extract"]),
    ],
)
@pytest.mark.parametrize("values", [{"total": "5"}, {"total": "5", DOUBT: "?"}], ids=["result", "review"])
def test_each_stage_gets_what_it_reads(
    office: Office, stage: str, kind: type[EventData], roles: set[str], signed: list[str], values: dict[str, str]
) -> None:
    end = end_of(office, office.ended("a", values))
    (event,) = started(office, end, stage)
    assert isinstance(event.data, kind)
    assert set(event.data.artefacts) == roles
    assert [step.stage for step in event.data.provenance] == signed
    assert (event.runid, event.data.document.run_id, event.data.document.continues) == ("re-one", "re-one", "live")
    assert is_ours(event.data.document)
    reads = {"ocr": "pages.requested", "classify": "documents.recognised"} | {
        "extract": "documents.classified",
        "publish": "documents.extracted",
    }
    assert topic_of(event.data) == reprocessing_lane(reads[stage])
    assert started(office, end, stage)[0].id == event.id, "ids are derived: a repeat has the same"


def test_what_was_told_is_told_again(office: Office) -> None:
    end = end_of(office, office.ended("a", {"total": "5", "date": None}))
    (classified,) = started(office, end, "extract")
    assert (classified.data.type, classified.data.confidence) == ("receipt", 0.99)
    (extracted,) = started(office, end, "publish")
    assert (extracted.data.fields_total, extracted.data.fields_found) == (2, 1)
    assert (extracted.data.type_version, extracted.data.type_confidence) == ("1", 0.99)


def test_recognition_forgets_what_was_said_of_the_reading_and_keeps_what_the_door_said(office: Office) -> None:
    end = end_of(office, office.ended("a", {"total": "5"}))
    assert started(office, end, "ocr")[0].data.notes == ("pixels_only",)
    assert started(office, end, "classify")[0].data.notes == ("pixels_only", "missing_pack:ara")


def test_a_long_document_is_asked_for_in_ranges(office: Office) -> None:
    end = end_of(office, office.ended("a", {"total": "5"}))
    document = end.data.document
    long = document.model_copy(update={"original": document.original.model_copy(update={"pages": 9})})
    events = started(office, end.model_copy(update={"data": end.data.model_copy(update={"document": long})}), "ocr")
    assert [event.data.range.name for event in events] == ["pages-1-4", "pages-5-8", "pages-9-9"]
    assert len({event.id for event in events}) == 3
    assert {topic_of(event.data) for event in events} == {"pages.requested.reprocessing"}


def test_a_dead_letter_begins_where_it_failed(office: Office) -> None:
    end = end_of(office, office.ended("a", {"total": "5"}))
    (asked,) = started(office, end, "extract")
    scores = (TypeScore(type="receipt", probability=0.8),)
    document = asked.data.document.model_copy(update={"run_id": "live"})
    failed = asked.model_copy(
        update={"data": asked.data.model_copy(update={"document": document, "scores": scores})}
    )
    letter = _letter(failed)
    (again,) = started(office, letter, "extract")
    assert again.data.scores == scores
    assert set(again.data.artefacts) == {"original", "pages"}
    with pytest.raises(CannotBegin, match="never came to publish"):
        started(office, letter, "publish")


def test_what_cannot_begin_says_why(office: Office) -> None:
    end = end_of(office, office.ended("a", {"total": "5"}))
    with pytest.raises(CannotBegin, match="not in the store"):
        started(office, None, "extract")
    with pytest.raises(CannotBegin, match="does not say what failed"):
        started(office, _letter(None), "extract")
    common = {name: getattr(end.data, name) for name in ("document", "artefacts", "provenance")}
    quarantined = envelope(DocumentQuarantined(**common, reason="damaged", stage="ocr"))
    with pytest.raises(CannotBegin, match="type was never told"):
        started(office, quarantined, "extract")
    uncounted = common["document"].original.model_copy(update={"pages": 0})
    common["document"] = common["document"].model_copy(update={"original": uncounted})
    with pytest.raises(CannotBegin, match="never counted"):
        started(office, envelope(DocumentQuarantined(**common, reason="damaged", stage="intake")), "ocr")


def _letter(failed: Event[Any] | None) -> Event[Any]:
    import json

    letter = DeadLettered(
        document=None if failed is None else failed.data.document,
        reason="stage_failed",
        stage="extract",
        code_version="0",
        attempt=3,
        origin=Origin(topic="t", partition=0, offset=0),
        payload_sha256="",
        event=None if failed is None else json.loads(encode(failed)),
    )
    return dead_lettered(letter, NOW)
