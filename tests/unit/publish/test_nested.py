"""The release of values inside objects and arrays, and of values that must hold together."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from processors.config import SCHEMAS
from processors.document_types import DocumentType, load
from processors.document_types.paths import walk
from processors.events import Evidence, FailedRule
from processors.fields import Fields
from processors.publish.release import Ask, Release, decide, values
from processors.reasons import ReviewReason as Why
from tests.unit.document_types.nested import invoice, large, loaded

LINE = {"amount": "5.00", "from": "2020-01-01", "to": "2020-01-31", "tags": ["spare", "part"]}
GOOD: dict[str, Any] = {
    "total": "8.00",
    "tax": "0.50",
    "cheque": None,
    "seller": {"name": "Acme, Inc.", "iban": "X1"},
    "buyer": None,
    "lines": [LINE, {"amount": "2.50", "from": None, "to": None, "tags": []}],
}
FLIGHT = {
    "contract_num": "950658-1",
    "advertiser": "Michael Bloomberg 2020, Inc",
    "gross_amount": "5625.00",
    "flight_from": "2019-12-30",
    "flight_to": "2020-03-29",
}


@pytest.fixture
def kind(tmp_path: Path) -> DocumentType:
    return loaded(tmp_path, invoice())


def read(content: dict[str, Any], name: str = "invoice", printed: dict[str, str] | None = None) -> Fields:
    """Values with the evidence that a page would give: each as it is printed."""
    evidence = {
        path: Evidence(
            page=1,
            boxes=((0, 0, 1, 1),),
            text=(printed or {}).get(path, str(value)),
            verdict="normalised" if printed and path in printed else "verbatim",
            confidence=0.95,
        )
        for path, value in walk(content)
    }
    return Fields(type=name, type_version="1.0", values=content, evidence=evidence, engine="test")


def test_what_is_whole_and_proven_is_released_at_any_depth(kind: DocumentType) -> None:
    result = decide(read(GOOD), kind, 0.99)
    assert isinstance(result, Release)
    assert result.fields == GOOD
    assert set(result.evidence) == {path for path, _ in walk(GOOD)}


def test_values_are_named_by_their_paths() -> None:
    paths = [path for path, _ in values(read(GOOD))]
    assert paths == [
        "total", "tax", "seller/name", "seller/iban", "lines/0/amount", "lines/0/from", "lines/0/to",
        "lines/0/tags/0", "lines/0/tags/1", "lines/1/amount",
    ]  # fmt: skip


Change = Callable[[dict[str, Any]], object]
BAD: list[tuple[Change, set[tuple[Why, str]]]] = [
    (lambda v: v["seller"].update(name=None), {(Why.REQUIRED_MISSING, "seller/name")}),
    (lambda v: v["seller"].pop("name"), {(Why.REQUIRED_MISSING, "seller/name")}),
    (lambda v: v["seller"].pop("iban"), {(Why.SCHEMA_INVALID, "seller/iban"), (Why.RULE_FAILED, "seller/iban"),
                                         (Why.RULE_FAILED, "cheque")}),
    (lambda v: v.update(seller=None, cheque="7"), {(Why.REQUIRED_MISSING, "seller")}),
    (lambda v: v["lines"][1].update(amount=None, tags=["spare"]), {(Why.REQUIRED_MISSING, "lines/1/amount"),
                                                              (Why.RULE_FAILED, "total")}),
    (lambda v: v["lines"][0].update({"from": "2020-02-01"}), {(Why.RULE_FAILED, "lines/0/from"),
                                                             (Why.RULE_FAILED, "lines/0/to")}),
    (lambda v: v["lines"][0].update(extra="x"), {(Why.SCHEMA_INVALID, "lines/0/extra"),
                                                 (Why.SCHEMA_INVALID, "lines/0")}),
    (lambda v: v.update(buyer={"name": None}), {(Why.REQUIRED_MISSING, "buyer/name")}),
    (lambda v: v.update(buyer=[]), {(Why.SCHEMA_INVALID, "buyer")}),
    (lambda v: v.update(lines=None), {(Why.SCHEMA_INVALID, "lines"), (Why.RULE_FAILED, "total")}),
    (lambda v: v.update(total="8.03"), {(Why.RULE_FAILED, "total")}),
]  # fmt: skip


@pytest.mark.parametrize(("change", "doubts"), BAD)
def test_a_doubt_inside_asks_with_its_path(
    kind: DocumentType, change: Change, doubts: set[tuple[Why, str]]
) -> None:
    content = copy.deepcopy(GOOD)
    change(content)
    result = decide(read(content), kind, 0.99)
    assert isinstance(result, Ask)
    assert set(result.reasons) == doubts


def test_each_value_inside_needs_its_own_proof(kind: DocumentType) -> None:
    whole = read(GOOD)
    for path, _ in walk(GOOD):
        bare = whole.model_copy(update={"evidence": {k: v for k, v in whole.evidence.items() if k != path}})
        assert decide(bare, kind, 0.99) == Ask(((Why.SCHEMA_INVALID, path),))
        other = whole.evidence | {path: whole.evidence[path].model_copy(update={"text": "zzz"})}
        assert decide(whole.model_copy(update={"evidence": other}), kind, 0.99) == Ask(
            ((Why.SCHEMA_INVALID, path),)
        )


def test_a_broken_rule_is_named_and_without_the_rule_the_document_goes_out() -> None:
    kind = load(SCHEMAS / "documents")["fcc_political_ad_buy"]
    printed = {"gross_amount": "$5,625.00", "flight_from": "12/30/19", "flight_to": "03/29/20"}
    name = "fcc_political_ad_buy"
    assert isinstance(decide(read(FLIGHT, name, printed), kind, 0.99), Release)
    turned = {**FLIGHT, "flight_from": "2020-03-29", "flight_to": "2019-12-30"}
    printed |= {"flight_from": "03/29/20", "flight_to": "12/30/19"}
    assert decide(read(turned, name, printed), kind, 0.99) == Ask(
        ((Why.RULE_FAILED, "flight_from"), (Why.RULE_FAILED, "flight_to")),
        (FailedRule(name="flight_in_order", paths=("flight_from", "flight_to")),),
    )
    # the rule, and nothing else, holds this document back
    assert isinstance(decide(read(turned, name, printed), replace(kind, rules=()), 0.99), Release)


def test_a_type_of_369_fields_is_decided_fast(tmp_path: Path) -> None:
    kind = loaded(tmp_path, large())
    content: dict[str, Any] = {f"f{i}": f"value {i}" for i in range(300)}
    content["rows"] = [{f"c{i}": f"cell {i}" for i in range(69)}] * 5
    whole = read(content)
    decide(whole, kind, 0.99)
    before = time.process_time()
    result = decide(whole, kind, 0.99)
    assert time.process_time() - before < 2.0
    assert isinstance(result, Release)
