"""What a person may say, and what nobody may: answers, lists, rules, forged events."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from processors.batch.reviews import sending, tree
from processors.batch.reviews.answers import Answer, Change, read_answer
from processors.batch.reviews.cases import read_looks
from processors.batch.reviews.checking import check
from processors.batch.reviews.deciding import keep
from processors.batch.reviews.errors import ReviewError, ValueRefused
from processors.batch.reviews.making import look_of
from processors.commands import reviews_answer
from processors.decisions import is_sampled
from processors.document_types.rules import Order
from processors.events import ReviewDecided
from processors.publish.stage import Publish
from processors.record.facts import utc_now
from processors.runtime import answering, writing
from processors.runtime.codec import decode, encode
from tests.unit.batch.reviews.office import TYPES, VALUES, Office, total, word

READ = {"total": "60.30"}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    yield made
    made.close()


# Answers


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("{", "no decision"),
        ({"says": "values", "changes": {"total": {}}}, "say a text, words of a page, or that it is absent"),
        ({"changes": {"total": {"text": "1", "absent": True}}}, "say a text"),
        ({"changes": {"total": {"words": [1]}}}, "words need their page"),
        ({"changes": {"total": {"text": "1", "color": "red"}}}, "changes/total/color"),
        ({"says": "type"}, "say a type"),
        ({"type": "receipt"}, "say a type"),
        ({"says": "cut"}, "say cuts with"),
        ({"cuts": [2]}, "say cuts with"),
        ({"says": "cut", "cuts": ["secret"]}, "cuts/0"),
        ({"says": "cut", "cuts": [2.5]}, "cuts/0"),
        ({"says": "cut", "cuts": 2}, "cuts"),
        ({"says": "cut", "cuts": [2], "changes": {"total": {"text": "1"}}}, "values and rules go with"),
        ({"says": "set_aside"}, "say a reason"),
        ({"says": "set_aside", "reason": "malware"}, "reason"),
        ({"says": "type", "type": "letter", "accept_rules": ["x"]}, "values and rules go with"),
        ({"changes": {"total": {"text": "secret of a document" * 400}}}, "changes/total/text"),
    ],
    ids=str,
)
def test_what_is_no_answer_is_refused_and_not_quoted(answer: Any, says: str) -> None:
    with pytest.raises(ReviewError, match=says) as caught:
        read_answer(answer if isinstance(answer, str) else json.dumps(answer))
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "change"),
    [
        ("total=60.30", {"text": "60.30"}),
        ("total@1:3", {"page": 1, "words": [3]}),
        ("total@2:3,4=a=b@c", {"page": 2, "words": [3, 4], "text": "a=b@c"}),
    ],
)
def test_options_mean_what_they_say(given: str, change: dict[str, Any]) -> None:
    answer = reviews_answer.of([given], ["date"], ["sum"], "", "")
    assert answer.changes == {"total": Change(**change), "date": Change(absent=True)}
    assert answer.accept_rules == ("sum",)
    assert reviews_answer.of([], [], [], "", "", [3, 6]) == Answer(says="cut", cuts=(3, 6))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((["total"], [], [], "", ""), "cannot be read"),
        ((["total@x:1"], [], [], "", ""), "cannot be read"),
        ((["total=1", "total=2"], [], [], "", ""), "twice"),
        ((["total=1"], ["total"], [], "", ""), "twice"),
        ((["total=1"], [], [], "letter", ""), "one of the four"),
        (([], [], [], "letter", "illegible"), "one of the four"),
        (([], [], [], "letter", "", [2]), "one of the four"),
        ((["total=1"], [], [], "", "", [2]), "one of the four"),
    ],
    ids=str,
)
def test_options_that_do_not_go_together_are_refused(arguments: Any, says: str) -> None:
    with pytest.raises(ReviewError, match=says):
        reviews_answer.of(*arguments)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (Change(page=2, words=(0,)), "no page 2"),
        (Change(page=1, words=(99,)), "words, counted from 0"),
        (Change(text="sixty"), "no amount"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_the_reason(office: Office, change: Change, says: str) -> None:
    with pytest.raises(ValueRefused, match=says):
        office.decide(office.wait(), Answer(changes={"total": change}))


def test_a_field_that_the_type_does_not_have_is_refused(office: Office) -> None:
    with pytest.raises(ValueRefused, match="secret: receipt has no such value"):
        office.decide(office.wait(), Answer(changes={"secret": Change(text="x")}))


# Lists


def test_an_entry_is_added_behind_the_last_and_an_absent_one_taken_out() -> None:
    rules = TYPES["nda_contract"].fields
    values = tree.base(rules, {"party": ["A", "B"], "unknown": 1})
    assert set(values) == {rule.name for rule in rules}
    tree.put(values, "party/0", None)
    tree.put(values, "party/2", "C")
    with pytest.raises(ValueRefused, match="the next is number 3"):
        tree.put(values, "party/4", "E")
    moves = tree.compacted(rules, values)
    assert values["party"] == ["B", "C"]
    assert {old: new for old, new in moves.items() if "/" in old} == {"party/1": "party/0", "party/2": "party/1"}


def test_evidence_moves_with_the_entries(office: Office) -> None:
    document = office.wait(kind="nda_contract", values={"party": ["INDAH GIFT", "DEDAP"], "jurisdiction": None})
    changes = {"party/0": Change(absent=True), "party/2": Change(page=1, words=(word("JALAN"),))}
    case = office.case(document)
    look = look_of(office.doors, case, TYPES, Answer(changes=changes), "Ada", utc_now(), 0.0)
    assert look.values["party"] == ["DEDAP", "JALAN"]
    assert [look.evidence[f"party/{n}"].text for n in range(2)] == ["DEDAP", "JALAN"]
    assert "party/2" not in look.evidence


# Rules


def test_a_rule_that_the_document_breaks_is_accepted_by_name(office: Office) -> None:
    receipt = replace(TYPES["receipt"], rules=(Order("seller_first", ("address", "date"), strict=True),))
    types = {**TYPES, "receipt": receipt}
    office.shop.does = Publish(types).process
    office.types = types
    document = office.wait(values={**VALUES, **READ, "address": "2019-01-01"})
    found = check(office.doors, office.case(document), Answer())
    assert [rule.name for rule in found.broken] == ["seller_first"]
    assert not found.may_go
    with pytest.raises(ReviewError, match="rule 'seller_first' is broken"):
        office.decide(document, Answer())
    assert check(office.doors, office.case(document), Answer(accept_rules=("seller_first",))).may_go
    office.decide(document, Answer(accept_rules=("seller_first", "of no type")))
    office.work()
    (result,) = office.results()
    assert result.data.review.accepted_rules == ("seller_first",)


# Forged, lost, sampled


def test_a_forged_decision_is_a_dead_letter(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    document = office.wait()
    case = office.case(document)
    keep(office.doors, case, look_of(office.doors, case, TYPES, total(), "Ada", utc_now(), 0.0))
    record = sending.again(office.doors, case.document)
    assert record is not None
    good = decode(record.value)
    elsewhere = good.data.artefacts["decision"].model_copy(
        update={"key": f"alpha/{document}/live/extract/fields.json"}
    )
    forged = [
        good.data.model_copy(update={"artefacts": {**good.data.artefacts, "decision": elsewhere}}),
        good.data.model_copy(update={"review": "another"}),
        good.data.model_copy(update={"document": good.data.document.model_copy(update={"continues": ""})}),
    ]
    for data in forged:
        office.shop.topics.write("reviews.decided", encode(good.model_copy(update={"data": data})))
    office.work()
    assert [letter.data.reason for letter in office.shop.dead_letters] == ["event_invalid"] * 3
    assert office.results() == []
    # The control: unchecked, an event that names another review would be done.
    checks: dict[Any, Any] = answering._CHECKS
    monkeypatch.setitem(checks, ReviewDecided, lambda *_: None)
    office.shop.topics.write("reviews.decided", encode(good.model_copy(update={"data": forged[1], "id": "forged"})))
    office.work()
    assert len(office.results()) == 1


def test_a_lost_record_can_be_made_again_to_the_byte(office: Office) -> None:
    document = office.wait()
    case = office.case(document)
    office.decide(document, total())
    (sent,) = office.shop.records("reviews.decided")
    assert sending.again(office.doors, case.document) == sent
    assert writing.outgoing(decode(sent.value)) == sent
    assert sending.again(office.doors, case.event.data.document) is None
    assert len(read_looks(office.doors, case.document)) == 1


def test_a_share_is_sampled_by_the_reviews_id_alone() -> None:
    names = [f"review {number}" for number in range(4_000)]
    assert not any(is_sampled(name, 0.0) for name in names)
    assert all(is_sampled(name, 1.0) for name in names)
    chosen = [name for name in names if is_sampled(name, 0.1)]
    assert 300 < len(chosen) < 500
    assert chosen == [name for name in names if is_sampled(name, 0.1)]
    assert set(chosen) < {name for name in names if is_sampled(name, 0.2)}


def test_a_later_decision_names_the_result_that_it_replaces(office: Office) -> None:
    document = office.wait()
    office.decide(document, total())
    office.work()
    (first,) = office.results()
    office.reopen(document, first)
    assert office.case(document).supersedes == first.id
    office.decide(document, total("70.30"))
    office.work()
    last = office.results()[-1]
    assert (last.data.supersedes, last.data.fields["total"]) == (first.id, "70.30")
