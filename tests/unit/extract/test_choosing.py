"""Several readers, one value: who is believed, what is said where they differ, how nested values come together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from processors.document_types import DocumentType
from processors.events import Evidence
from processors.extract.choosing import choose
from processors.extract.confidence import UNMEASURED, Calibration, Curve, logit
from processors.extract.reader import Proposal
from tests.unit.document_types.nested import invoice, loaded, optional
from tests.unit.extract.made_pages import page

PAGE = page("Number 5926 and 5927\nDue 03/04/21 or 05/06/2021")


def permit(folder: Path, **properties: Any) -> DocumentType:
    plain = {key: value for key, value in invoice().items() if key not in ("x-rules", "examples")}
    return loaded(folder, {**plain, "properties": properties, "required": []}, "permit")


def chosen(
    kind: DocumentType, *proposals: Proposal, calibration: Calibration | None = None
) -> tuple[dict[str, Any], dict[str, Evidence]]:
    return choose(proposals, {1: PAGE}, kind, calibration or Calibration())


def says(text: str, score: float, reader: str = "labels", path: str = "number") -> Proposal:
    return Proposal(path, 1, (), text, score, reader)


@pytest.fixture
def number(tmp_path: Path) -> DocumentType:
    return permit(tmp_path, number=optional("identifier"))


def test_what_two_readers_found_is_believed_more_than_what_one_found(number: DocumentType) -> None:
    values, evidence = chosen(number, says("5926", 0.8), says("5927", 0.85), says("5926", 0.8, "encoder"))
    assert values == {"number": "5926"}
    assert evidence["number"].note == "unmeasured_agreed"


def test_a_firm_second_reader_that_says_otherwise_is_named(number: DocumentType) -> None:
    _, evidence = chosen(number, says("5926", 0.95), says("5927", 0.7, "encoder"))
    assert evidence["number"].note == "readers_disagree"
    _, evidence = chosen(number, says("5926", 0.95), says("5927", 0.3, "encoder"))
    assert evidence["number"].note == "unmeasured", "a reader that hardly believes it does not disagree"


def test_a_confidence_that_nobody_measured_is_capped_and_named(number: DocumentType) -> None:
    _, evidence = chosen(number, says("5926", 0.99))
    assert evidence["number"].confidence <= UNMEASURED
    measured = Calibration({"permit/number": Curve(1.0, 9.0, 12)})
    _, evidence = chosen(number, says("5926", 0.99), calibration=measured)
    assert (evidence["number"].confidence, evidence["number"].note) == (0.9286, "")
    other_type = Calibration({"invoice/number": Curve(0.0, logit(0.99), 500)})
    _, evidence = chosen(number, says("5926", 0.99), calibration=other_type)
    assert evidence["number"].note == "unmeasured", "what was measured for one type says nothing of another"


def test_a_confidence_that_tells_nothing_is_named(number: DocumentType) -> None:
    flat = Calibration({"permit/number": Curve(0.0, logit(0.64), 36)})
    _, evidence = chosen(number, says("5926", 0.99), calibration=flat)
    assert (evidence["number"].confidence, evidence["number"].note) == (0.64, "no_signal")
    # The control: nearly as flat, but right values were ranked higher.
    tells = Calibration({"permit/number": Curve(0.05, logit(0.64), 36)})
    _, evidence = chosen(number, says("5926", 0.99), calibration=tells)
    assert evidence["number"].note == ""


def test_what_is_not_on_the_page_is_no_value_however_firmly_it_is_believed(number: DocumentType) -> None:
    values, evidence = chosen(
        number, says("9999", 1.0), says("9999", 1.0, "encoder"), says("9999", 1.0, "language")
    )
    assert values == {"number": None}
    assert (evidence["number"].verdict, evidence["number"].note) == ("missing", "not_on_page")


def test_nothing_proposed_is_nothing_read(number: DocumentType) -> None:
    values, evidence = chosen(number)
    assert values == {"number": None}
    assert evidence["number"].note == "no_candidate"


def test_a_date_of_two_readings_that_is_believed_most_is_left_to_a_person(tmp_path: Path) -> None:
    kind = permit(tmp_path, due=optional("date"))
    values, evidence = chosen(kind, says("03/04/21", 0.9, path="due"), says("05/06/2021", 0.2, path="due"))
    assert values == {"due": None}
    assert evidence["due"].note == "date_ambiguous"


def test_nested_values_stand_at_their_paths_and_rows_keep_together(tmp_path: Path) -> None:
    made = page("Acme IBAN 12\nChair 10.00\nTable 20.00")
    row = {
        "type": "object",
        "additionalProperties": False,
        "required": [],
        "properties": {"what": optional("text"), "amount": optional("amount")},
    }
    seller = {**row, "type": ["object", "null"], "properties": {"name": optional("name")}}
    kind = permit(tmp_path, seller=seller, lines={"type": "array", "items": row})
    proposals = [
        says("Chair", 0.9, "language", "lines/0/what"),
        says("10.00", 0.9, "language", "lines/0/amount"),
        says("Table", 0.9, "language", "lines/3/what"),
    ]
    values, evidence = choose(proposals, {1: made}, kind, Calibration())
    assert values["seller"] is None, "an object of which nothing was found is null"
    assert values["lines"] == [{"what": "Chair", "amount": "10.00"}, {"what": "Table", "amount": None}]
    assert set(evidence) >= {"lines/0/what", "lines/0/amount", "lines/1/what"}
    assert all(kind.field(path) or kind.has(path) for path in evidence)
