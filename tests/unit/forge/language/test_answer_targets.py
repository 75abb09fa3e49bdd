"""Labels as a document has them: the answers that a model is taught."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from processors import document_types
from processors.extract.language.grammar import grammar
from processors.forge.language.answer_targets import Asked, Targets
from processors.forge.samples import Sample
from processors.pages import Page
from tests.unit.extract.language.walks import accepts
from tests.unit.extract.made_pages import page

TYPES = document_types.load(Path("schemas/documents"))
RECEIPT = page(
    "ACME SDN BHD\n12 Jalan Besar, 50000 Kuala Lumpur\nDate: 03/04/2019  Time: 10:30\nTotal:  RM 5,625.00"
)
LABELS = {"company": "Acme Sdn Bhd", "date": "2019-04-03", "total": "5625.00"}


def asked(
    labels: dict[str, Any], *pages: Page, kind: str = "receipt", complete: bool = True, words: int = 100
) -> tuple[list[Asked], Targets]:
    targets = Targets(TYPES[kind], words, 24)
    sample = Sample("one", kind, "train", labels=labels, complete=complete)
    return list(targets.of(sample, pages)), targets


def test_a_label_becomes_the_words_that_say_it_and_what_is_not_labelled_null() -> None:
    (made,), targets = asked(LABELS, RECEIPT)
    assert (
        json.loads(made.answer)
        == {
            "company": "ACME SDN BHD",
            "date": "03/04/2019",
            "address": None,
            "total": "RM 5,625.00",
        }
        or json.loads(made.answer)["total"] == "5,625.00"
    )
    assert (targets.found, targets.lost) == (3, 0)
    assert accepts(grammar(made.shape, made.window), made.answer)


def test_a_label_that_no_words_say_is_not_asked_for() -> None:
    (made,), targets = asked({**LABELS, "total": "1.00"}, RECEIPT)
    assert list(json.loads(made.answer)) == ["company", "date", "address"]
    assert (targets.found, targets.lost) == (2, 1)


def test_of_an_incomplete_sample_only_labelled_fields_are_asked_for() -> None:
    (made,), _ = asked({"company": "Acme Sdn Bhd"}, RECEIPT, complete=False)
    assert list(json.loads(made.answer)) == ["company"]
    assert asked({}, RECEIPT, complete=False)[0] == []


def test_a_window_without_the_value_is_answered_with_null() -> None:
    (first, second), targets = asked(LABELS, RECEIPT, page("Thank you and come again", 2), words=20)
    assert json.loads(first.answer)["date"] == "03/04/2019"
    assert json.loads(second.answer) == {"date": None, "total": None}
    assert targets.lost == 0


def test_a_list_is_answered_in_the_order_of_the_page() -> None:
    text = page("Agreement between Bolt Inc. and Anvil LLC dated June 1, 2020")
    (made,), _ = asked({"party": ["Anvil LLC", "Bolt Inc.", "Nobody"]}, text, kind="nda_contract")
    assert json.loads(made.answer)["party"] == ["Bolt Inc.", "Anvil LLC"]
    assert accepts(grammar(made.shape, made.window), made.answer)
