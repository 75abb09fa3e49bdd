"""The release decision, as a table."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.config import SCHEMAS
from processors.document_types import load
from processors.events import Evidence, Verdict
from processors.fields import Fields
from processors.publish.release import Ask, Release, decide
from processors.reasons import ReviewReason as Why

TYPES = load(SCHEMAS / "documents")
RECEIPT, OTHER, NDA = TYPES["receipt"], TYPES["other"], TYPES["nda_contract"]
GOOD = {"company": "INDAH GIFT", "date": "2018-10-19", "address": "27, JALAN DEDAP 13", "total": "60.30"}


def proof(confidence: float = 0.95, verdict: Verdict = "verbatim", note: str = "") -> Evidence:
    if verdict == "missing":
        return Evidence(page=0, verdict=verdict, confidence=0.0, note=note)
    return Evidence(page=1, boxes=((0, 0, 1, 1),), text="x", verdict=verdict, confidence=confidence, note=note)


def fields(values: dict[str, Any] | None = None, kind: str = "receipt", **evidence: Evidence) -> Fields:
    values = dict(GOOD if values is None else values)
    proofs: dict[str, Evidence] = {}
    for name, value in values.items():
        if isinstance(value, list):
            proofs |= {f"{name}/{i}": proof() for i in range(len(value))}
        else:
            proofs[name] = proof(verdict="missing") if value is None else proof()
    return Fields(type=kind, type_version="1.0", values=values, evidence={**proofs, **evidence}, engine="test")


@pytest.mark.parametrize(
    ("read", "reasons"),
    [
        (fields({**GOOD, "total": None}), [(Why.REQUIRED_MISSING, "total")]),
        (fields({**GOOD, "total": None, "company": None}),
         [(Why.REQUIRED_MISSING, "company"), (Why.REQUIRED_MISSING, "total")]),
        (fields(total=proof(0.5)), [(Why.CONFIDENCE_LOW, "total")]),
        # an optional value in doubt is neither released nor dropped in silence
        (fields(address=proof(0.5)), [(Why.CONFIDENCE_LOW, "address")]),
        (fields({**GOOD, "total": "60.3"}), [(Why.SCHEMA_INVALID, "total")]),
        (fields({**GOOD, "date": "2018-13-19"}), [(Why.SCHEMA_INVALID, "date")]),
        (fields({**GOOD, "date": 5}), [(Why.SCHEMA_INVALID, "date")]),
        (fields({**GOOD, "date": None}, date=proof(verdict="missing", note="date_ambiguous")),
         [(Why.REQUIRED_MISSING, "date"), (Why.VALUE_AMBIGUOUS, "date")]),
        # defence in depth: a value without proof is refused, whatever its confidence
        (fields(total=proof(verdict="missing")), [(Why.SCHEMA_INVALID, "total")]),
        (fields(total=Evidence(page=1, verdict="verbatim", confidence=1.0)), [(Why.SCHEMA_INVALID, "total")]),
        (fields(address=proof(verdict="missing")), [(Why.SCHEMA_INVALID, "address")]),
    ],
)  # fmt: skip
def test_doubts_ask_a_person(read: Fields, reasons: list[tuple[Why, str]]) -> None:
    assert decide(read, RECEIPT, 0.99) == Ask(tuple(reasons))


def test_a_value_without_evidence_is_refused() -> None:
    read = fields()
    bare = read.model_copy(update={"evidence": {k: v for k, v in read.evidence.items() if k != "total"}})
    assert decide(bare, RECEIPT, 0.99) == Ask(((Why.SCHEMA_INVALID, "total"),))


def test_a_field_of_no_schema_is_refused() -> None:
    result = decide(fields({**GOOD, "secret": "x"}), RECEIPT, 0.99)
    assert result == Ask(((Why.SCHEMA_INVALID, ""),))


def test_a_field_that_is_left_out_is_refused() -> None:
    values = {name: value for name, value in GOOD.items() if name != "address"}
    assert decide(fields(values), RECEIPT, 0.99) == Ask(((Why.SCHEMA_INVALID, "address"),))


@pytest.mark.parametrize("read", [fields(kind="unknown"), fields(kind="other")])
def test_an_unknown_or_other_type_asks(read: Fields) -> None:
    assert decide(read, RECEIPT if read.type == "other" else None, 0.9) == Ask(((Why.TYPE_UNKNOWN, ""),))


def test_fields_of_another_version_of_the_type_ask() -> None:
    assert isinstance(decide(fields().model_copy(update={"type_version": "0.9"}), RECEIPT, 0.99), Ask)


def test_a_release_holds_the_schemas_fields_and_their_proofs() -> None:
    result = decide(fields({**GOOD, "address": None}), RECEIPT, 0.9)
    assert isinstance(result, Release)
    assert set(result.fields) == set(GOOD)
    assert result.evidence["address"].verdict == "missing"
    assert result.confidence == 0.9


def test_the_lowest_confidence_counts() -> None:
    result = decide(fields(total=proof(RECEIPT.threshold)), RECEIPT, 0.99)
    assert isinstance(result, Release)
    assert result.confidence == RECEIPT.threshold < 0.99


def test_the_type_other_may_be_released_with_nulls() -> None:
    result = decide(fields({"title": None, "date": None}, "other"), OTHER, OTHER.threshold)
    assert isinstance(result, Release)
    assert result.fields == {"title": None, "date": None}


def test_a_type_that_is_only_a_guess_is_never_released() -> None:
    weak = OTHER.threshold - 0.01
    assert decide(fields({"title": None, "date": None}, "other"), OTHER, weak) == Ask(((Why.CONFIDENCE_LOW, ""),))
    assert decide(fields(), RECEIPT, weak) == Ask(((Why.CONFIDENCE_LOW, ""),))


def test_a_document_on_which_nothing_was_found_goes_to_a_person() -> None:
    nothing = fields(dict.fromkeys(GOOD), "receipt")
    result = decide(nothing, RECEIPT, 1.0)
    assert isinstance(result, Ask)
    assert result.reasons[0] == (Why.NOTHING_FOUND, "")


def test_each_member_of_an_array_needs_its_proof() -> None:
    values = {"party": ["Kite", "Gilead"], "jurisdiction": None, "effective_date": None, "term": None}
    assert isinstance(decide(fields(values, "nda_contract"), NDA, 0.9), Release)
    low = fields(values, "nda_contract", **{"party/1": proof(0.1)})
    assert decide(low, NDA, 0.9) == Ask(((Why.CONFIDENCE_LOW, "party/1"),))


@given(
    st.dictionaries(st.sampled_from([*GOOD, "extra"]), st.one_of(st.none(), st.text(max_size=8), st.integers())),
    st.dictionaries(
        st.sampled_from([*GOOD, "extra"]),
        st.builds(
            proof,
            st.floats(0, 1),
            st.sampled_from(["verbatim", "normalised", "missing"]),
            st.sampled_from(["", "date_ambiguous", "no_date"]),
        ),
    ),
)
def test_a_release_never_holds_an_unproven_or_unsure_value(
    values: dict[str, Any], proofs: dict[str, Evidence]
) -> None:
    read = Fields(type="receipt", type_version="1.0", values=values, evidence=proofs, engine="test")
    result = decide(read, RECEIPT, 1.0)
    if isinstance(result, Release):
        for name, value in result.fields.items():
            assert value is None or result.evidence[name].verdict != "missing"
            assert value is None or result.evidence[name].confidence >= RECEIPT.threshold
