"""Words of unknown place prove nothing: not as a value, not as its label, not as the words around it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from processors.config import SCHEMAS
from processors.document_types import DocumentType, FieldRule, load
from processors.extract import layout
from processors.extract.choosing import choose
from processors.extract.confidence import Calibration, Curve, logit
from processors.extract.grounding import ground
from processors.extract.labels import LabelReader
from processors.extract.reader import Proposal
from processors.pages import Page
from tests.unit.extract.made_pages import page

NOWHERE = (0.0, 0.0, 0.0, 0.0)
RECEIPT = load(SCHEMAS / "documents")["receipt"]
TEXT = """
ACME STATIONERS
Date: 14/05/2024
Total  $23.40
"""
AMOUNT = FieldRule(name="f", description="", required=False, many=False, normaliser="amount")


def without_place(whole: Page, *texts: str) -> Page:
    """The page with these words unplaced."""
    words = tuple(replace(w, box=NOWHERE, confidence=0.3) if w.text in texts else w for w in whole.words)
    assert sum(not w.placed for w in words) == len(texts)
    return replace(whole, words=words, source="model")


def total(read: Page, kind: DocumentType = RECEIPT) -> tuple[object, str]:
    values, evidence = choose(LabelReader().read([read], kind), {1: read}, kind, Calibration())
    return values["total"], evidence["total"].verdict


def test_the_page_as_it_is_gives_the_value() -> None:
    assert total(page(TEXT)) == ("23.40", "normalised")


@pytest.mark.parametrize("unplaced", [("$23.40",), ("Total",), ("Total", "$23.40"), ("Total", "$23.40", "Date:")])
def test_neither_value_nor_label_may_be_unplaced(unplaced: tuple[str, ...]) -> None:
    assert total(without_place(page(TEXT), *unplaced)) == (None, "missing")


def test_words_beside_do_no_harm() -> None:
    assert total(without_place(page(TEXT), "ACME", "STATIONERS")) == ("23.40", "normalised")


def test_a_reader_that_names_unplaced_words_gets_no_value() -> None:
    read = without_place(page(TEXT), "$23.40")
    index = [w.text for w in read.words].index("$23.40")
    named = ground(Proposal("f", 1, (index,), "$23.40", 1.0), {1: read}, AMOUNT)
    assert (named.value, named.evidence.verdict, named.evidence.note) == (None, "missing", "place_unknown")
    both = ground(Proposal("f", 1, (index - 1, index), "Total $23.40", 1.0), {1: read}, AMOUNT)
    assert both.value is None


def test_text_is_looked_for_among_placed_words() -> None:
    twice = page("pay $23.40 now\n\nTotal $23.40")
    first = replace(twice.words[1], box=NOWHERE)
    read = replace(twice, words=(twice.words[0], first, *twice.words[2:]))
    found = ground(Proposal("f", 1, (), "$23.40", 1.0), {1: read}, AMOUNT)
    assert found.value == "23.40"
    assert found.evidence.boxes == (twice.words[-1].box,)
    nowhere = replace(read, words=(*read.words[:-1], replace(read.words[-1], box=NOWHERE)))
    assert ground(Proposal("f", 1, (), "$23.40", 1.0), {1: nowhere}, AMOUNT).value is None


def test_unplaced_words_stand_in_no_row_and_are_holes_in_the_text() -> None:
    read = without_place(page("This agreement is not dated May 5, 2020"), "not")
    row = " ".join(token.text for row in layout.rows(read) for token in row.tokens)
    assert row == "This agreement is dated May 5, 2020"
    run = layout.Run.of(*layout.reading_order(read))
    assert run.text == f"This agreement is {layout.HOLE} dated May 5, 2020"
    # words that are not side by side do not become neighbours
    assert re.search(r"is\s+dated", run.text) is None


def test_no_label_matches_a_hole() -> None:
    from processors.extract.anchors import Wordings, squeeze

    assert Wordings(("Total", "No.")).like(squeeze(layout.HOLE)) == ()


@pytest.mark.parametrize(("source", "bound"), [("ocr", 0.98), ("model", 0.6)])
def test_calibration_does_not_raise_what_a_model_had_a_hand_in(source: str, bound: float) -> None:
    """Some fields were right so often that any raw confidence counts as 0.98; of such pages that is not known."""
    made = page(TEXT)
    doubtful = replace(made.words[-1], confidence=0.6)
    read = replace(made, words=(*made.words[:-1], doubtful), source="ocr" if source == "ocr" else "model")
    calibration = Calibration({"receipt/total": Curve(1e-6, logit(0.98), 500)})
    _, evidence = choose(LabelReader().read([read], RECEIPT), {1: read}, RECEIPT, calibration)
    assert evidence["total"].confidence == bound
