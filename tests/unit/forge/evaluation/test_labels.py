"""Values held against labels and pages: what is right, what could be read, what stands there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from processors.config import SCHEMAS
from processors.document_types import FieldRule, load
from processors.events import Evidence
from processors.forge.evaluation.legible import legible
from processors.forge.evaluation.matching import same
from processors.forge.evaluation.on_page import on_page
from processors.forge.evaluation.printed import printed
from processors.pages import Page
from tests.unit.extract.made_pages import page

KINDS = load(SCHEMAS / "documents")


def rule(normaliser: str, date_order: str = "") -> FieldRule:
    plain = FieldRule("field", "", required=False, many=False, normaliser=normaliser)
    return replace(plain, date_order=date_order)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("read", "label", "right"),
    [
        ("Acme LLC", "Acme, L.L.C.", True),
        ("Acme LLC", "Acme LLC (Washington, DC)", True),  # the register's note
        ("Acme LLC", "Acme Holdings (Washington, DC)", False),
        ("Acme Systems Inc", "Systems_Inc.", True),
        ("Parties", "Acme_Inc.", False),
    ],
)
def test_names_by_the_words_they_share(read: str, label: str, right: bool) -> None:
    assert same(rule("name"), read, label) is right


@pytest.mark.parametrize(
    ("normaliser", "read", "label", "right"),
    [
        ("identifier", "950658-1", "950658 1", True),
        ("identifier", "950658", "9506581", False),
        ("amount", "5625.00", "$5,625.00", True),
        ("amount", "562.50", "$5,625.00", False),
        ("date", "2020-03-29", "03/29/20", True),
        ("date", "2020-03-28", "03/29/20", False),
        ("duration", "7 years", "7_years", True),
    ],
)
def test_values_by_what_they_mean(normaliser: str, read: str, label: str, right: bool) -> None:
    assert same(rule(normaliser, "MDY"), read, label) is right


def test_a_date_without_a_day_is_right_by_its_month() -> None:
    assert same(rule("date"), "1965-09-14", "1965-09-01", month_only=True)
    assert not same(rule("date"), "1965-10-01", "1965-09-01", month_only=True)
    assert not same(rule("date"), "1965-09-14", "1965-09-01")


def evidence(of: Page, first: int, last: int, text: str = "") -> Evidence:
    words = of.words[first : last + 1]
    spoken = text or " ".join(word.text for word in words)
    return Evidence(page=1, boxes=tuple(w.box for w in words), text=spoken, verdict="normalised", confidence=0.9)


@pytest.mark.parametrize(
    ("normaliser", "value", "text", "wanted"),
    [
        ("date", "2018-12-25", "Date:25/12/2018", "25/12/2018"),
        ("date", "2018-01-05", "05/01/2018 8:13", "05/01/2018"),  # not "5/01/2018"
        ("amount", "9.00", "RM9.00", "9.00"),
        ("amount", "1234.50", "(1,234.50", "1,234.50"),
        ("name", "Acme", "by Acme", "Acme"),
        ("duration", "2 years", "for two (2) years", "two (2) years"),
        ("date", "2020-03-31", "31/03/20-06/04/20", "31/03/20"),
    ],
)
def test_the_printed_text_of_a_value(normaliser: str, value: str, text: str, wanted: str) -> None:
    proof = Evidence(page=1, text=text, verdict="normalised", confidence=1.0)
    assert printed(rule(normaliser, "DMY"), value, proof) == wanted


@pytest.mark.parametrize(
    ("normaliser", "label", "text", "there"),
    [
        ("date", "2015-07-23", "Received by NSD 07/23/2015 1:54 PM", True),
        ("date", "2015-07-23", "on July 23rd, 2015", True),
        ("date", "2015-07-23", "this 23 day of July, 2015", True),
        ("date", "2015-07-23", "07/24/2015 and 23 pages", False),
        ("identifier", "5926", "No. 59 26 of", True),
        ("identifier", "5926", "159260", False),
        ("amount", "$5,625.00", "Total 5,625.00", True),
        ("amount", "$5,625.00", "Total 15,625.00", False),
        ("name", "Leipziger, Danny", "signed by Danny Leipzlger of", True),  # one letter wrong
        ("name", "Podesta Group, Inc.", "Pod Group", False),
        ("name", "Korea_Economic_Institute", "KOREA ECONOMIC INSTITUTE", True),
    ],
)
def test_legible_is_what_stands_somewhere(normaliser: str, label: str, text: str, there: bool) -> None:
    assert legible(rule(normaliser), [label], [page("other words"), page(text, number=2)]) is there


def test_of_a_month_only_the_month_must_stand() -> None:
    assert legible(rule("date"), ["1965-09-01"], [page("Sept. 28, 1965")], month_only=True)
    assert not legible(rule("date"), ["1965-09-01"], [page("Oct. 28, 1965")], month_only=True)


@pytest.mark.parametrize(
    ("normaliser", "value", "text", "stands"),
    [
        ("name", "Acme Inc.", "Acme Inc.", True),
        ("name", "Acme Ltd.", "Acme Inc.", False),
        ("name", "Acme", "Acmeville", False),
        ("identifier", "950658", "9506581", False),
        ("identifier", "950658-1", "#950658-1", True),
        ("date", "2015-07-23", "07/23/2015", True),
        ("date", "2015-07-23", "July 23, '15", True),
        ("date", "2015-07-07", "07/23/2015", False),  # one seven is not two
        ("amount", "1234.00", "$1,234", True),
        ("amount", "1234.50", "1.234,5", True),
        ("amount", "234.00", "1,234.00", False),
        ("duration", "2 years", "two years", True),
        ("duration", "24 months", "twenty-four months", True),
        ("duration", "3 years", "two years", False),
        ("duration", "24 months", "twenty four months", True),
        ("duration", "4 months", "twenty four months", False),
        ("duration", "180 days", "one hundred and eighty (180) days", True),
        ("duration", "120 days", "one hundred twenty days", True),
        ("duration", "20 days", "one hundred twenty days", False),
        ("duration", "1000 days", "1,000 days", True),
        ("duration", "0 days", "1,000 days", False),
        ("duration", "2500 days", "two thousand five hundred days", True),
        ("duration", "5 years", "1.5 years", False),
        ("duration", "1 year", "1.5 years", False),
        ("phone", "+12025550123", "(202) 555-0123", True),
        ("phone", "+12025550124", "(202) 555-0123", False),
    ],
)
def test_a_value_must_be_what_its_words_say(normaliser: str, value: str, text: str, stands: bool) -> None:
    one = page(f"before {text} after")
    proof = evidence(one, 1, len(text.split()))
    assert on_page(rule(normaliser), value, proof, {1: one}) is stands


def test_words_that_are_not_in_the_boxes_prove_nothing() -> None:
    one = page("total 9.00 paid")
    good = evidence(one, 1, 1)
    amount = rule("amount")
    assert on_page(amount, "9.00", good, {1: one})
    assert not on_page(amount, "9.00", evidence(one, 2, 2, "9.00"), {1: one})  # the boxes are of another word
    assert not on_page(amount, "9.00", good.model_copy(update={"boxes": ()}), {1: one})
    assert not on_page(amount, "9.00", good, {2: one})
    assert not on_page(amount, "9.00", None, {1: one})
    assert not on_page(amount, "8.00", evidence(one, 1, 1, "8.00"), {1: one})  # the evidence's text is a lie
