"""The extract stage from a made pages.jsonl to fields.json, and on to publish."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from processors import document_types
from processors.config import SCHEMAS, load
from processors.events import (
    DocumentClassified,
    DocumentExtracted,
    DocumentId,
    Event,
    EventData,
    Original,
    ResultReleased,
    ReviewRequested,
)
from processors.extract import confidence
from processors.extract import stage as extract_stage
from processors.extract.confidence import UNMEASURED, Calibration, Curve
from processors.fields import Fields
from processors.publish import stage as publish_stage
from processors.stage import Done, Work
from tests.unit.extract.made_pages import page

SETTINGS = load({"CHANCERY_DOCUMENT_TYPES": str(SCHEMAS / "documents")})
ORIGINAL = Original(bucket="inbox-a", key="k", version_id="v", size=1)
DOCUMENT = DocumentId(id="d" * 8, agency="a", original=ORIGINAL)
INVOICE = """
Invoice # 950658-1
Advertiser Michael Bloomberg 2020, Inc
Order Flight 12/30/19 - 03/29/20
Gross Total $5,625.00
"""


def work(data: EventData, inputs: dict[str, Path], scratch: Path) -> Work:
    made = Event[EventData](id="1", type=data.TYPE, source="/chancery/test", time=datetime.now(UTC), data=data)
    return Work(event=made, inputs=inputs, scratch=scratch)


def extract(folder: Path, text: str, kind: str) -> tuple[DocumentExtracted, Fields, Path]:
    pages = folder / "pages.jsonl"
    pages.write_text(page(text).to_json() + "\n", encoding="utf-8")
    data = DocumentClassified(document=DOCUMENT, type=kind, confidence=0.97)
    done = extract_stage.build(SETTINGS).process(work(data, {"pages": pages}, folder))
    assert isinstance(done, Done)
    assert done.engine.startswith("labels 1" if (SCHEMAS / "documents" / f"{kind}.json").is_file() else "none")
    (artefact,) = done.artefacts
    assert (artefact.name, artefact.role) == ("fields.json", "fields")
    extracted = done.events[0].data
    assert isinstance(extracted, DocumentExtracted)
    return extracted, Fields.model_validate_json(artefact.path.read_bytes()), artefact.path


def test_fields_are_read_with_their_evidence(tmp_path: Path) -> None:
    extracted, fields, _ = extract(tmp_path, INVOICE, "fcc_political_ad_buy")
    assert fields.values == {
        "contract_num": "950658-1",
        "advertiser": "Michael Bloomberg 2020, Inc",
        "gross_amount": "5625.00",
        "flight_from": "2019-12-30",
        "flight_to": "2020-03-29",
    }
    assert (extracted.fields_total, extracted.fields_found, extracted.type_version) == (5, 5, "1.0")
    assert fields.evidence["gross_amount"].text == "$5,625.00"
    assert fields.evidence["gross_amount"].verdict == "normalised"
    assert "5625" not in extracted.model_dump_json()  # values stay out of the event


@pytest.mark.parametrize("kind", ["unknown", "no_such_type"])
def test_an_unknown_type_goes_on_without_values(tmp_path: Path, kind: str) -> None:
    extracted, fields, file = extract(tmp_path, INVOICE, kind)
    assert (extracted.type, extracted.type_version, extracted.fields_total) == ("unknown", "", 0)
    assert (fields.values, fields.evidence) == ({}, {})
    done = publish_stage.build(SETTINGS).process(work(extracted, {"fields": file}, tmp_path))
    assert isinstance(done, Done)
    asked = done.events[0].data
    assert isinstance(asked, ReviewRequested)
    assert asked.reasons == (("type_unknown", ""),)


def test_sure_values_are_released_and_missing_ones_asked_about(tmp_path: Path) -> None:
    extracted, fields, file = extract(tmp_path, INVOICE, "fcc_political_ad_buy")
    sure = {
        path: proof.model_copy(update={"confidence": 0.99, "note": ""}) for path, proof in fields.evidence.items()
    }
    file.write_text(fields.model_copy(update={"evidence": sure}).model_dump_json())
    done = publish_stage.build(SETTINGS).process(work(extracted, {"fields": file}, tmp_path))
    assert isinstance(done, Done)
    released = done.events[0].data
    assert isinstance(released, ResultReleased)
    assert released.fields == fields.values
    assert set(released.evidence) == set(fields.values)
    assert released.confidence == 0.97
    gone = {**fields.values, "advertiser": None}
    file.write_text(json.dumps({**json.loads(file.read_text()), "values": gone}))
    done = publish_stage.build(SETTINGS).process(work(extracted, {"fields": file}, tmp_path))
    assert isinstance(done, Done)
    asked = done.events[0].data
    assert isinstance(asked, ReviewRequested)
    assert (asked.reason, asked.reasons) == ("required_missing", (("required_missing", "advertiser"),))


def test_an_unmeasured_field_may_not_claim_to_be_sure() -> None:
    assert Calibration().confidence("t/f", 0.99) == (UNMEASURED, False, False)
    measured = Calibration({"t/f": Curve(1.0, 0.0, 18)})
    found = [measured.confidence("t/f", raw) for raw in (0.4, 0.8, 1.0)]
    assert found == [(0.4, True, True), (0.8, True, True), (0.95, True, True)]


def test_a_calibration_of_another_form_is_refused(tmp_path: Path) -> None:
    (tmp_path / "calibration.json").write_text('{"t/f": [[0.1, 0.4], [0.8, 0.95]]}')
    with pytest.raises(ValueError, match="train the reader again"):
        confidence.load(tmp_path / "calibration.json")


@pytest.mark.parametrize(("kind", "pages"), [("other", 1), ("letter", None), ("archive", 0)])
def test_a_long_document_is_read_as_far_as_its_type_may_have_values(kind: str, pages: int | None) -> None:
    document_type = document_types.load(SETTINGS.document_types)[kind]
    last = [rule.last_page for rule in document_type.fields]
    assert extract_stage._pages_read(document_type) == pages, last
