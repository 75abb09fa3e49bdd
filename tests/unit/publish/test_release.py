"""The release decision, as a table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.config import SCHEMAS
from processors.document_types import DocumentType, load
from processors.document_types.paths import walk
from processors.document_types.proof import follows
from processors.events import Evidence, Verdict
from processors.fields import Fields
from processors.normalise import FAILED_CHECKS
from processors.publish.release import Ask, Release, decide
from processors.reasons import ReviewReason as Why

TYPES = load(SCHEMAS / "documents")
RECEIPT, OTHER, NDA = TYPES["receipt"], TYPES["other"], TYPES["nda_contract"]
GOOD = {"company": "INDAH GIFT", "date": "2018-10-19", "address": "27, JALAN DEDAP 13", "total": "60.30"}


def proof(
    confidence: float = 0.95, verdict: Verdict = "verbatim", note: str = "", text: str = "", page: int = 1
) -> Evidence:
    """Evidence; without a text, `fields` puts in the value as it would be printed."""
    if verdict == "missing":
        return Evidence(page=page if text else 0, text=text, verdict=verdict, confidence=0.0, note=note)
    return Evidence(page=page, boxes=((0, 0, 1, 1),), text=text, verdict=verdict, confidence=confidence, note=note)


def fields(values: dict[str, Any] | None = None, kind: str = "receipt", /, **evidence: Evidence) -> Fields:
    values = dict(GOOD if values is None else values)
    printed = dict(walk(values))
    proofs = {name: proof(verdict="missing") for name, value in values.items() if value is None}
    proofs |= dict.fromkeys(printed, proof()) | evidence
    for path, one in proofs.items():
        if path in printed and not one.text and one.verdict != "missing":
            proofs[path] = one.model_copy(update={"text": str(printed[path])})
    return Fields(type=kind, type_version="1.0", values=values, evidence=proofs, engine="test")


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
    assert result == Ask(((Why.SCHEMA_INVALID, "secret"), (Why.SCHEMA_INVALID, "")))


def test_a_field_that_is_left_out_is_refused() -> None:
    values = {name: value for name, value in GOOD.items() if name != "address"}
    assert decide(fields(values), RECEIPT, 0.99) == Ask(((Why.SCHEMA_INVALID, "address"),))


@pytest.mark.parametrize("read", [fields(None, "unknown"), fields(None, "other")])
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


_PRINTED = [*GOOD.values(), "RM 60.30", "Total: 60.30", "19/10/2018", "160.30", ""]


@given(
    st.fixed_dictionaries(
        {name: st.sampled_from([None, value, "61.00", 5]) for name, value in GOOD.items()},
        optional={"extra": st.text(max_size=8)},
    ),
    st.dictionaries(
        st.sampled_from([*GOOD, "extra"]),
        st.builds(
            proof,
            st.sampled_from([0.0, 0.5, 0.9, 1.0]),
            st.sampled_from(["verbatim", "normalised", "derived", "missing"]),
            st.sampled_from(["", "date_ambiguous", "no_date", "unmeasured", "readers_disagree"]),
            st.sampled_from(_PRINTED),
        ),
    ),
    st.booleans(),
)
def test_a_release_never_holds_an_unproven_or_unsure_value(
    values: dict[str, Any], proofs: dict[str, Evidence], honest: bool
) -> None:
    read = fields(values) if honest else fields(values, **proofs)
    result = decide(read, RECEIPT, 1.0)
    if isinstance(result, Release):
        for name, value in result.fields.items():
            if value is not None:
                rule, one = RECEIPT.field(name), result.evidence[name]
                assert rule and follows(value, one.text, rule)
                assert one.verdict != "missing" and one.confidence >= RECEIPT.threshold
                assert one.note not in ("unmeasured", "readers_disagree", "date_ambiguous")
    else:
        assert not honest or values != GOOD


def _bad(path: str, value: object, printed: str, verdict: Verdict = "normalised") -> Fields:
    return fields({**GOOD, path: value}, **{path: proof(verdict=verdict, text=printed)})


@pytest.mark.parametrize(
    ("read", "released"),
    [
        (_bad("total", "60.30", "RM 60.30"), True),
        (_bad("total", "60.30", "Total:60.30"), True),
        (_bad("date", "2018-10-19", "19/10/2018"), True),
        (_bad("date", "2018-10-19", "Date:19/10/2018"), True),
        # another number, a part of a number, the other reading of a date, a text that is not the value
        (_bad("total", "61.30", "RM 60.30"), False),
        (_bad("total", "60.30", "160.30"), False),
        (_bad("total", "60.30", "(60.30)"), False),
        (_bad("total", "60.30", "60.30 CR"), False),
        (_bad("total", "60.30", "TOTAL RM 60.30"), False),
        (_bad("date", "2018-05-04", "05/04/2018"), False),
        (_bad("company", "OTHER GIFT", "INDAH GIFT"), False),
        (_bad("company", "INDAH", "INDAH GIFT SHOP"), False),
        # verbatim is verbatim, and "derived" is no way round
        (_bad("total", "60.30", "RM 60.30", "verbatim"), False),
        (_bad("total", "61.30", "RM 60.30", "derived"), False),
        # what the type's pattern does not take is no value, proven or not
        (_bad("company", "WELCOME", "WELCOME"), False),
    ],
)
def test_each_value_is_made_again_from_its_words(read: Fields, released: bool) -> None:
    assert isinstance(decide(read, RECEIPT, 0.99), Release) == released


def _agreeing(releases: bool) -> DocumentType:
    return replace(RECEIPT, agreement_releases=releases)


@pytest.mark.parametrize(
    ("note", "confidence", "agreement", "reason"),
    [
        ("unmeasured", 0.99, False, Why.CONFIDENCE_UNMEASURED),
        ("unmeasured", 0.99, True, Why.CONFIDENCE_UNMEASURED),
        ("unmeasured_agreed", 0.99, False, Why.CONFIDENCE_UNMEASURED),
        ("unmeasured_agreed", 0.70, True, None),
        ("readers_disagree", 0.99, True, Why.READERS_DISAGREE),
        ("", 0.70, True, Why.CONFIDENCE_LOW),
        ("", 0.99, False, None),
    ],
)
def test_agreement_of_readers_counts_where_nothing_was_measured(
    note: str, confidence: float, agreement: bool, reason: Why | None
) -> None:
    result = decide(fields(total=proof(confidence, note=note)), _agreeing(agreement), 0.99)
    assert isinstance(result, Release) if reason is None else result == Ask(((reason, "total"),))


@pytest.mark.parametrize("threshold", [0.0, 0.6, 0.9])
@pytest.mark.parametrize("agreement", [False, True])
def test_a_confidence_without_a_signal_asks_whatever_the_threshold(threshold: float, agreement: bool) -> None:
    kind = replace(_agreeing(agreement), threshold=threshold)
    flat = fields(total=proof(0.64, note="no_signal"))
    assert decide(flat, kind, 0.99) == Ask(((Why.CONFIDENCE_WITHOUT_SIGNAL, "total"),))
    # The control: the same number with a signal is compared with the threshold.
    assert isinstance(decide(fields(total=proof(0.64)), kind, 0.99), Release) == (threshold <= 0.6)


def test_a_field_of_which_a_reader_gave_no_whole_answer_asks_read_or_not() -> None:
    read = fields({**GOOD, "address": None}).model_copy(update={"unfinished": ("total", "address")})
    both = ((Why.READER_UNFINISHED, "total"), (Why.READER_UNFINISHED, "address"))
    assert decide(read, RECEIPT, 0.99) == Ask(both)
    assert isinstance(decide(read.model_copy(update={"unfinished": ()}), RECEIPT, 0.99), Release)


@pytest.mark.parametrize("note", sorted(FAILED_CHECKS))
def test_a_printed_value_that_fails_its_check_asks_though_it_is_optional(note: str) -> None:
    seen = proof(verdict="missing", note=note, text="27, JALAN")
    result = decide(fields({**GOOD, "address": None}, address=seen), RECEIPT, 0.99)
    assert result == Ask(((Why.VALUE_INVALID, "address"),))
    elsewhere = proof(verdict="missing", note=note)
    assert isinstance(decide(fields({**GOOD, "address": None}, address=elsewhere), RECEIPT, 0.99), Release)


def test_evidence_of_what_the_type_does_not_have_is_not_published() -> None:
    read = fields(**{"secret/0": proof(text="secret"), "total/x": proof(text="secret"), "zzz": proof(text="s")})
    result = decide(read, RECEIPT, 0.99)
    assert isinstance(result, Release)
    assert set(result.evidence) == set(GOOD)
