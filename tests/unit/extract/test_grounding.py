"""The verdict: nothing that is not on the page comes out, whatever a reader claims."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.config import SCHEMAS
from processors.document_types import DocumentType, FieldRule, load
from processors.document_types.proof import follows
from processors.extract.choosing import choose
from processors.extract.confidence import Calibration
from processors.extract.grounding import ground
from processors.extract.reader import Proposal
from processors.normalise import NORMALISERS
from processors.normalise.spelling import spelled, spells
from processors.pages import Page
from processors.publish.release import values
from tests.unit.extract.made_pages import page

TYPES = load(SCHEMAS / "documents")
PAGE = page(
    """
Invoice # 950658-1        Date:12/30/19
Gross Total $5,625.00     Refund (1,200.00)
Flight 03/31/20-04/06/20  Change -12.50
Michael Bloomberg
2020, Inc
far away
.
.
.
.
here
"""
)


def rule(normaliser: str, **more: object) -> FieldRule:
    made = FieldRule(name="f", description="", required=False, many=False, normaliser=normaliser)
    return FieldRule(**{**made.__dict__, **more})


def at(text: str) -> tuple[int, ...]:
    wanted = text.split()
    texts = [w.text for w in PAGE.words]
    start = next(i for i in range(len(texts)) if texts[i : i + len(wanted)] == wanted)
    return tuple(range(start, start + len(wanted)))


@pytest.mark.parametrize(
    ("words", "text", "field", "value", "verdict"),
    [
        ("950658-1", "950658-1", rule("identifier"), "950658-1", "verbatim"),
        ("$5,625.00", "$5,625.00", rule("amount"), "5625.00", "normalised"),
        ("Date:12/30/19", "12/30/19", rule("date", date_order="MDY"), "2019-12-30", "normalised"),
        ("03/31/20-04/06/20", "04/06/20", rule("date", date_order="MDY"), "2020-04-06", "normalised"),
        ("Michael Bloomberg 2020, Inc", "Michael Bloomberg 2020, Inc", rule("name"), "Michael Bloomberg 2020, Inc",
         "verbatim"),
        ("(1,200.00)", "(1,200.00)", rule("amount"), "-1200.00", "normalised"),
        # what is glued to the words may be left out, words of their own may not
        ("Total $5,625.00", "$5,625.00", rule("amount"), None, "missing"),
        ("(1,200.00)", "(1,200.00", rule("amount"), None, "missing"),
        # the conventions of the field are heeded
        ("$5,625.00", "$5,625.00", rule("amount", locale="de"), None, "missing"),
        # a part of a number is another number
        ("$5,625.00", "625.00", rule("amount"), None, "missing"),
        ("$5,625.00", "5,625", rule("amount"), None, "missing"),
        ("(1,200.00)", "1,200.00", rule("amount"), None, "missing"),
        ("-12.50", "12.50", rule("amount"), None, "missing"),
        ("950658-1", "50658-1", rule("identifier"), None, "missing"),
        # evidence may not be wider than the value, nor elsewhere
        ("Gross Total $5,625.00", "$5,625.00", rule("amount"), None, "missing"),
        ("950658-1", "$5,625.00", rule("amount"), None, "missing"),
        # the rule's pattern and normaliser have the last word
        ("950658-1", "950658-1", rule("identifier", pattern=re.compile(r"\d{3}")), None, "missing"),
        ("Michael", "Michael", rule("date"), None, "missing"),
    ],
)  # fmt: skip
def test_verdict(words: str, text: str, field: FieldRule, value: str | None, verdict: str) -> None:
    result = ground(Proposal("f", 1, at(words), text, 0.9), {1: PAGE}, field)
    assert (result.value, result.evidence.verdict) == (value, verdict)


def test_an_ambiguous_date_keeps_its_place_but_has_no_value() -> None:
    result = ground(Proposal("f", 1, at("03/31/20-04/06/20"), "04/06/20", 0.9), {1: PAGE}, rule("date"))
    assert result.value is None
    assert (result.evidence.note, result.evidence.page) == ("date_ambiguous", 1)
    assert result.evidence.boxes


@pytest.mark.parametrize(
    ("text", "field", "note"),
    [
        ("Date:12/30/19", rule("date", date_order="DMY"), "date_impossible"),
        ("950658-1", rule("registered_id", id_kind="us.ein"), "id_format"),
        ("-12.50", rule("amount", locale="de"), "amount_ambiguous"),
    ],
)
def test_a_printed_value_that_fails_its_check_keeps_its_place_and_says_why(
    text: str, field: FieldRule, note: str
) -> None:
    result = ground(Proposal("f", 1, at(text), text, 0.9), {1: PAGE}, field)
    assert (result.value, result.evidence.note, result.evidence.page) == (None, note, 1)


CUT = page(
    """
Date : 12 FEB 20 18      Paid 12 Mar 20:15      5th day of March, 20__
TOTAL 2 100.00           Qty 2          100.00  Budget $5 million
within one hundred twenty days or twenty
four months  for 12 MAR 18 20:16
12/25/20 18  TOTAL 500.00 CR  Due 24 MAR 18
1, 234.50  two or three years
"""
)


@pytest.mark.parametrize(
    ("text", "nth", "field", "value", "note"),
    [
        ("12 FEB 20", 0, rule("date"), None, "date_ambiguous"),
        ("12 Mar 20", 0, rule("date"), None, "date_ambiguous"),
        ("5th day of March, 20", 0, rule("date"), None, "date_ambiguous"),
        ("12/25/20", 0, rule("date", date_order="MDY"), None, "date_ambiguous"),
        ("12 MAR 18", 0, rule("date"), "2018-03-12", ""),
        ("24 MAR 18", 0, rule("date"), "2018-03-24", ""),
        ("100.00", 0, rule("amount"), None, "amount_ambiguous"),
        ("100.00", 1, rule("amount"), "100.00", ""),
        ("2 100.00", 0, rule("amount", locale="fr"), None, "amount_ambiguous"),
        ("234.50", 0, rule("amount"), None, "amount_ambiguous"),
        ("$5", 0, rule("amount"), None, "amount_ambiguous"),
        ("500.00", 0, rule("amount"), None, "amount_ambiguous"),
        ("500.00 CR", 0, rule("amount"), "-500.00", ""),
        ("twenty days", 0, rule("duration"), None, "duration_ambiguous"),
        ("four months", 0, rule("duration"), None, "duration_ambiguous"),
        ("three years", 0, rule("duration"), None, "duration_ambiguous"),
        ("one hundred twenty days", 0, rule("duration"), "120 days", ""),
    ],
)  # fmt: skip
def test_a_value_that_is_a_part_of_a_longer_one_is_left_to_a_person(
    text: str, nth: int, field: FieldRule, value: str | None, note: str
) -> None:
    """Each of these texts reads well by itself; what stands close around it says that it was cut out."""
    wanted = text.split()
    found = [w.text for w in CUT.words]
    starts = [
        i
        for i in range(len(found))
        if all(a.startswith(b) for a, b in zip(found[i : i + len(wanted)], wanted, strict=False))
    ]
    words = tuple(range(starts[nth], starts[nth] + len(wanted)))
    result = ground(Proposal("f", 1, words, text, 0.9), {1: CUT}, field)
    assert (result.value, result.evidence.note) == (value, note)
    if value is not None:
        assert follows(value, result.evidence.text, field)
    if note:
        assert result.evidence.page == 1 and result.evidence.boxes, "a person is shown the place"


def test_a_number_does_not_reach_across_a_column() -> None:
    wide = page("2          100,00\n2 100,00")
    french = rule("amount", locale="fr")
    assert ground(Proposal("f", 1, (0, 1), "2 100,00", 0.9), {1: wide}, french).evidence.note == "amount_ambiguous"
    assert ground(Proposal("f", 1, (2, 3), "2 100,00", 0.9), {1: wide}, french).value == "2100.00"
    assert ground(Proposal("f", 1, (1,), "100,00", 0.9), {1: wide}, french).value == "100.00"


@pytest.mark.parametrize(
    ("printed", "value", "normaliser", "follow"),
    [
        ("12 FEB 20 18", "2020-02-12", "date", False),
        ("March, 5 20__", "2020-03-05", "date", False),
        ("12 Mar 15:30", "2015-03-12", "date", False),
        ("3/5/20__", "2020-03-05", "date", False),
        ("28 MAR 18", "2018-03-28", "date", True),
        ("twenty four months", "4 months", "duration", False),
        ("twenty four months", "24 months", "duration", True),
        ("1,000 days", "0 days", "duration", False),
        ("1.5 years", "5 years", "duration", False),
        ("2-3 years", "3 years", "duration", False),
        ("2 100.00", "2100.00", "amount", False),
        ("500.00CR", "500.00", "amount", False),
        ("$5M", "5.00", "amount", False),
    ],
)
def test_the_verdict_at_release_agrees(printed: str, value: str, normaliser: str, follow: bool) -> None:
    assert follows(value, printed, rule(normaliser, date_order="MDY" if normaliser == "date" else "")) == follow


_SPELT = [
    "3/5/20__",
    "12 Mar 15:30",
    *{w.text for w in PAGE.words},
    "Date: 12/30/19",
    "(1,200.00) Change",
    "$5,625.00 Refund (1,200.00)",
]


@given(
    st.sampled_from(_SPELT),
    st.integers(0, 30),
    st.integers(1, 30),
    st.sampled_from(sorted(set(NORMALISERS) - {"registered_id"})),
)
def test_what_is_spelt_by_one_way_is_spelt_by_the_other(printed: str, start: int, length: int, name: str) -> None:
    text = printed[start : start + length]
    if text and text == text.strip():
        assert spells(text, printed, name) == (text in set(spelled(printed, name)))


def test_words_that_do_not_stand_together_are_no_value() -> None:
    scattered = (*at("far"), *at("here"))
    assert ground(Proposal("f", 1, scattered, "far here", 0.9), {1: PAGE}, rule("name")).value is None


def test_text_without_words_is_found_on_word_bounds_only() -> None:
    assert ground(Proposal("f", 1, (), "$5,625.00", 0.9), {1: PAGE}, rule("amount")).value == "5625.00"
    assert ground(Proposal("f", 1, (), "625.00", 0.9), {1: PAGE}, rule("amount")).value is None
    assert ground(Proposal("f", 2, (), "$5,625.00", 0.9), {1: PAGE}, rule("amount")).value is None


def test_a_value_on_two_lines_has_two_boxes_and_the_words_confidence() -> None:
    result = ground(Proposal("f", 1, at("Michael Bloomberg 2020, Inc"), "Michael Bloomberg 2020, Inc", 1.0),
                    {1: PAGE}, rule("name"))  # fmt: skip
    assert len(result.evidence.boxes) == 2
    assert result.evidence.confidence == pytest.approx(0.95)


@pytest.mark.parametrize("score", [float("nan"), -1.0, 7.0])
def test_a_score_out_of_range_stays_in_range(score: float) -> None:
    confidence = ground(Proposal("f", 1, at("far"), "far", score), {1: PAGE}, rule("name")).evidence.confidence
    assert 0 <= confidence <= 1


@dataclass(frozen=True)
class Liar:
    """A reader that claims what hypothesis tells it."""

    claims: tuple[Proposal, ...]
    name: str = "liar"
    digest: str = ""

    def read(self, pages: Sequence[Page], document_type: DocumentType) -> Sequence[Proposal]:
        return self.claims


_NAMES = [r.name for r in TYPES["fcc_political_ad_buy"].fields] + ["nothing", "advertiser/0", "constructor"]
_WORDS = [w.text for w in PAGE.words]
_CLAIMS = st.builds(
    Proposal,
    path=st.sampled_from(_NAMES),
    page=st.integers(-1, 3),
    words=st.lists(st.integers(-3, len(_WORDS) + 2), max_size=5).map(tuple),
    text=st.one_of(
        st.text(max_size=20),
        st.sampled_from(["$1,000,000.00", "2020-01-01", "Acme, Inc", "5,625", "625.00", "658-1"]),
        st.lists(st.sampled_from(_WORDS), min_size=1, max_size=3).map(" ".join),
    ),
    score=st.floats(allow_nan=True),
)


@given(st.lists(_CLAIMS, max_size=8))
def test_nothing_that_is_not_on_the_page_comes_out(claims: list[Proposal]) -> None:
    kind = TYPES["fcc_political_ad_buy"]
    proposals = Liar(tuple(claims)).read([PAGE], kind)
    read, evidence = choose(proposals, {1: PAGE}, kind, Calibration())
    assert set(read) == {r.name for r in kind.fields}
    printed = " ".join(w.text for w in PAGE.words)
    for name, value in read.items():
        proof = evidence[name]
        assert (value is None) == (proof.verdict == "missing")
        if value is None:
            continue
        assert proof.text and proof.text in printed and proof.page == 1 and proof.boxes
        field = kind.field(name)
        assert field is not None
        # what grounding proves, release can prove again from the evidence alone
        assert follows(value, proof.text, field)
        parts = {proof.text[i:j] for i in range(len(proof.text)) for j in range(i + 1, len(proof.text) + 1)}
        made = {NORMALISERS[field.normaliser](part, date_order=field.date_order).value for part in parts}
        assert value in made
        # a number is released whole: its digits are all digits of a printed number
        if field.normaliser == "amount":
            assert value in ("5625.00", "-1200.00", "-12.50", "950658.00")
        assert proof.confidence <= 1


def test_the_values_helper_names_array_members() -> None:
    from processors.fields import Fields

    made = Fields(type="t", type_version="1", values={"a": ["x", "y"], "b": None, "c": "z"}, evidence={}, engine="")
    assert list(values(made)) == [("a/0", "x"), ("a/1", "y"), ("c", "z")]
