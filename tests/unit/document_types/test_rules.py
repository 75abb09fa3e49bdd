"""Rules between fields: when they hold, which paths they name, and what is wrong with them in a file."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.document_types import lint
from processors.document_types.rules import Equal, OneOf, Order, RequiredIf, Rule, Sum, bound, common
from processors.normalise.comparing import comparable
from tests.unit.document_types.nested import invoice

ADDS_UP = Sum("r", "total", ("lines/*/amount", "tax"), Decimal("0.02"))
EACH_LINE = Sum("r", "lines/*/total", ("lines/*/net", "lines/*/taxes/*/amount"), Decimal(0))
PERIOD = Order("r", ("from", "to"), False)
STRICT = Order("r", ("from", "to"), True)
LINE_PERIOD = Order("r", ("start", "lines/*/from", "lines/*/to"), False)
VAT_ID = RequiredIf("r", "vat_id", "vat", ())
CASH = RequiredIf("r", "bank/iban", "how", ("bank", 2))
SIGNED = Equal("r", ("name", "signature"))
PAYABLE = OneOf("r", ("bank/iban", "cheques"))


def lines(*entries: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"lines": list(entries), **more}


TABLE: list[tuple[Rule, dict[str, Any], list[tuple[str, ...]]]] = [
    (ADDS_UP, lines({"amount": "5.00"}, {"amount": "2.50"}, total="8.00", tax="0.50"), []),
    (ADDS_UP, lines({"amount": "5.00"}, {"amount": "2.50"}, total="8.02", tax="0.50"), []),
    (ADDS_UP, lines({"amount": "5.00"}, {"amount": "2.50"}, total="8.03", tax="0.50"), [("total",)]),
    (ADDS_UP, lines({"amount": "5.00"}, {"amount": None}, total="8.00", tax=None), [("total",)]),
    (ADDS_UP, lines({"amount": "-5.00"}, total="-5.00", tax=None), []),
    # nothing to add, nothing to compare with
    (ADDS_UP, lines(total="8.00", tax=None), []),
    (ADDS_UP, lines({"amount": "5.00"}, total=None, tax=None), []),
    (ADDS_UP, {}, []),
    # what is no number cannot add up
    (ADDS_UP, lines({"amount": "five"}, total="5.00"), [("total",)]),
    (ADDS_UP, lines({"amount": "1e999999999"}, total="5.00"), [("total",)]),
    (ADDS_UP, lines({"amount": "5.00"}, total=["5.00"]), [("total",)]),
    (EACH_LINE, lines({"total": "3.00", "net": "2.00", "taxes": [{"amount": "0.50"}, {"amount": "0.50"}]},
                      {"total": "3.00", "net": "2.00", "taxes": [{"amount": "0.50"}]}), [("lines/1/total",)]),
    (EACH_LINE, lines({"total": 3, "net": 3, "taxes": []}), []),
    (PERIOD, {"from": "2020-01-01", "to": "2020-01-01"}, []),
    (PERIOD, {"from": "2020-01-02", "to": "2020-01-01"}, [("from", "to")]),
    (PERIOD, {"from": "2020-01-02", "to": None}, []),
    (PERIOD, {"from": "2020-01-02"}, []),
    (PERIOD, {"from": "100.00", "to": "99.00"}, [("from", "to")]),
    (PERIOD, {"from": "9.00", "to": "10.00"}, []),
    (PERIOD, {"from": 9, "to": 10}, []),
    # what cannot be compared is in no order
    (PERIOD, {"from": "soon", "to": "later"}, [("from", "to")]),
    (PERIOD, {"from": "2020-01-02", "to": "10.00"}, [("from", "to")]),
    (STRICT, {"from": "2020-01-01", "to": "2020-01-01"}, [("from", "to")]),
    (STRICT, {"from": 1, "to": 1}, [("from", "to")]),
    (STRICT, {"from": "2020-01-01", "to": "2020-01-02"}, []),
    (LINE_PERIOD, lines({"from": "2020-01-02", "to": "2020-01-03"}, {"from": "2020-01-05", "to": "2020-01-04"},
                        start="2020-01-01"), [("lines/1/from", "lines/1/to")]),
    (LINE_PERIOD, lines({"from": "2020-01-02", "to": "2020-01-03"}, start="2020-02-01"),
     [("start", "lines/0/from")]),
    (LINE_PERIOD, lines(start="2020-02-01"), []),
    (VAT_ID, {"vat": "5.00", "vat_id": None}, [("vat_id",)]),
    (VAT_ID, {"vat": "5.00"}, [("vat_id",)]),
    (VAT_ID, {"vat": "5.00", "vat_id": "DE1"}, []),
    (VAT_ID, {"vat": None, "vat_id": None}, []),
    (CASH, {"how": "bank", "bank": None}, [("bank/iban",)]),
    (CASH, {"how": 2, "bank": {"iban": None}}, [("bank/iban",)]),
    (CASH, {"how": "cash", "bank": None}, []),
    (CASH, {"how": "bank", "bank": {"iban": "X"}}, []),
    (SIGNED, {"name": "Antelo, Cristina", "signature": "Cristina ANTELO"}, []),
    (SIGNED, {"name": "Antelo, Cristina", "signature": "Cristina Podesta"}, [("name", "signature")]),
    (SIGNED, {"name": "Antelo, Cristina", "signature": None}, []),
    (PAYABLE, {"bank": {"iban": "X"}, "cheques": []}, []),
    (PAYABLE, {"bank": None, "cheques": ["7"]}, []),
    (PAYABLE, {"bank": {"iban": None}, "cheques": []}, [("bank/iban", "cheques")]),
    (PAYABLE, {}, [("bank/iban", "cheques")]),
]  # fmt: skip


def person(path: str, value: object) -> object:
    return comparable("person", value)


@pytest.mark.parametrize(("rule", "values", "broken"), TABLE)
def test_a_rule_names_the_paths_that_break_it(
    rule: Rule, values: dict[str, Any], broken: list[tuple[str, ...]]
) -> None:
    assert list(rule.broken(values, person)) == broken


_RULES = sorted({type(rule).__name__ + str(rule): rule for rule, _, _ in TABLE}.items())
_VALUES = st.recursive(
    st.none() | st.integers() | st.text(max_size=4) | st.sampled_from(["5.00", "2020-01-01", "bank"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["total", "tax", "lines", "amount", "from", "to", "net"]), inner, max_size=4
        )
    ),
    max_leaves=10,
)


@given(st.sampled_from(_RULES), st.dictionaries(st.sampled_from(["total", "lines", "from", "to", "name"]), _VALUES))
def test_no_values_break_a_rule_itself(named: tuple[str, Rule], values: dict[str, Any]) -> None:
    for paths in named[1].broken(values, person):
        assert paths and not any("*" in path for path in paths)


@given(st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=6), st.integers(-5, 5))
def test_a_sum_holds_up_to_its_tolerance(cents: list[int], off: int) -> None:
    values = lines(*({"amount": f"{c / 100:.2f}"} for c in cents), total=f"{(sum(cents) + off) / 100:.2f}")
    assert bool(list(ADDS_UP.broken(values, person))) == (abs(off) > 2)


def test_a_star_is_the_same_entry_in_all_paths() -> None:
    assert common(("a", "b/*/c", "b/*/d/*")) == "b/*/d/*"
    assert common(("a", "b")) == ""
    assert bound("b/*/d/*/x", "b/3/d/1") == "b/3/d/1/x"
    assert bound("b/*/c", "b/3/d/1") == "b/3/c"
    assert bound("a/*", "b/3") == "a/*"
    assert bound("a", "") == "a"


Change = Callable[[dict[str, Any]], object]
MISTAKES: list[tuple[Change, str, str]] = [
    (lambda r: r.pop("name"), "/x-rules/0", "'name' is a required property"),
    (lambda r: r.update(name="Adds up"), "/x-rules/0/name", "does not match"),
    (lambda r: r.update(kind="sums"), "/x-rules/0/kind", "choose one of sum, order"),
    (lambda r: r.update(kind=["sum"]), "/x-rules/0/kind", "choose one of sum, order"),
    (lambda r: r.pop("of"), "/x-rules/0", "'of' is a required property"),
    (lambda r: r.update(tolerance=-1), "/x-rules/0/tolerance", "less than the minimum"),
    (lambda r: r.update(off=[]), "/x-rules/0", "'off' was unexpected"),
    (lambda r: r.update(total="totel"), "/x-rules/0", "did you mean 'total'"),
    (lambda r: r.update(of=["lines/0/amount"]), "/x-rules/0", "did you mean 'lines/*/amount'"),
    (lambda r: r.update(of=["cheque"]), "/x-rules/0", "'cheque' is no number"),
    (lambda r: r.update(of=["lines"]), "/x-rules/0", "'lines' is no single value"),
    (lambda r: r.update(of=["seller"]), "/x-rules/0", "'seller' is no single value"),
    (lambda r: r.update(name="period"), "/x-rules/1/name", "name of an earlier rule"),
]
OTHERS: list[tuple[dict[str, Any], str]] = [
    ({"name": "r", "kind": "order", "fields": ["cheque", "total"]}, "'cheque' has no order"),
    ({"name": "r", "kind": "order", "fields": ["total", "lines/*/from"]}, "dates and numbers"),
    ({"name": "r", "kind": "equal", "fields": ["seller", "buyer"]}, "no single value"),
    ({"name": "r", "kind": "equal", "fields": ["cheque"]}, "too short"),
    ({"name": "r", "kind": "one_of", "fields": ["lines/*/tags/*", "more/*/name"]}, "lie in different arrays"),
]


def _problems(folder: Path, content: dict[str, Any]) -> list[tuple[str, str]]:
    (folder / "invoice.json").write_text(json.dumps(content))
    return [(problem.place, problem.message) for problem in lint(folder)]


@pytest.mark.parametrize(("change", "place", "message"), MISTAKES)
def test_a_mistake_in_a_rule_is_named(tmp_path: Path, change: Change, place: str, message: str) -> None:
    content = invoice()
    assert _problems(tmp_path, content) == []
    change(content["x-rules"][0])
    problems = _problems(tmp_path, content)
    assert any(where == place and message in what for where, what in problems), problems


@pytest.mark.parametrize(("rule", "message"), OTHERS)
def test_a_rule_that_cannot_be_asked_is_named(tmp_path: Path, rule: dict[str, Any], message: str) -> None:
    content = invoice()
    content["properties"]["more"] = content["properties"]["lines"] | {
        "items": content["properties"]["buyer"] | {"type": "object"}
    }
    content["x-rules"] = [rule]
    assert any(message in what for _, what in _problems(tmp_path, content)), _problems(tmp_path, content)


def test_rules_that_are_no_list_of_objects_are_named(tmp_path: Path) -> None:
    content = invoice()
    content["x-rules"] = [5]
    assert any("is not of type 'object'" in what for _, what in _problems(tmp_path, content))
