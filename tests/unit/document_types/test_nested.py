"""Objects and arrays of objects: paths, patterns, lint."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.document_types import lint, load
from processors.document_types.paths import found, is_empty, pattern_of, walk
from tests.unit.document_types.nested import invoice, large, loaded


def test_each_value_has_a_path(tmp_path: Path) -> None:
    kind = loaded(tmp_path, invoice())
    assert [pattern for pattern, _ in kind.leaves()] == [
        "total", "tax", "cheque", "seller/name", "seller/iban", "buyer/name",
        "lines/*/amount", "lines/*/from", "lines/*/to", "lines/*/tags/*",
    ]  # fmt: skip
    seller, lines = kind.fields[3], kind.fields[5]
    assert kind.field("seller/iban") is seller.fields[1]
    assert kind.field("lines/12/amount") is lines.fields[0] and lines.many and lines.normaliser == ""
    assert kind.field("lines/0/tags/3") is lines.fields[3]
    assert seller.required and not kind.fields[4].required and kind.fields[4].fields[0].required


@pytest.mark.parametrize(
    "path",
    ["", "seller", "lines", "lines/0", "lines/*/amount", "lines/x/amount", "lines/amount", "seller/0",
     "lines/0/tags", "lines/0/tags/0/0", "total/", "/total", "lines/-1/amount", "lines/²/amount", "nothing"],
)  # fmt: skip
def test_a_path_that_no_value_has_leads_to_no_rule(tmp_path: Path, path: str) -> None:
    assert loaded(tmp_path, invoice()).field(path) is None


def test_objects_and_arrays_are_paths_of_the_type_too(tmp_path: Path) -> None:
    kind = loaded(tmp_path, invoice())
    assert all(kind.has(path) for path in ("lines", "lines/4", "lines/4/tags", "seller", "total"))
    assert not any(kind.has(path) for path in ("lines/*", "lines/4/total", "party", ""))


def test_a_type_of_today_names_its_readers(tmp_path: Path) -> None:
    content = invoice()
    kind = loaded(tmp_path, content)
    assert (kind.readers, kind.agreement_releases) == (("labels", "encoder"), False)
    content["x-readers"] = ["openai"]
    content["x-release"]["agreement"] = True
    kind = loaded(tmp_path, content)
    assert (kind.readers, kind.agreement_releases) == (("openai",), True)


Change = Callable[[dict[str, Any]], object]
_ITEMS = "/properties/lines/items"
MISTAKES: list[tuple[Change, str, str]] = [
    (lambda t: t["seller"].pop("additionalProperties"), "/properties/seller/additionalProperties", "must be false"),
    (lambda t: t["seller"].update(required=["nam"]), "/properties/seller/required/0", "did you mean 'name'"),
    (lambda t: t["seller"].update({"x-normaliser": "name"}), "/properties/seller/x-normaliser", "unknown keyword"),
    (lambda t: t["seller"].update(type=["object", "null"]), "/properties/seller/type", "must not allow null"),
    (lambda t: t["buyer"].update(type="object"), "/properties/buyer/type", 'must allow "null"'),
    (lambda t: t["buyer"]["properties"].clear(), "/properties/buyer/properties", "needs its fields"),
    (lambda t: t["lines"].update({"x-pattern": "a"}), "/properties/lines/x-pattern", "unknown keyword"),
    (lambda t: t["lines"]["items"].pop("additionalProperties"), f"{_ITEMS}/additionalProperties", "must be false"),
    (lambda t: t["lines"]["items"]["properties"]["amount"].pop("x-normaliser"),
     f"{_ITEMS}/properties/amount/x-normaliser", "choose one of"),
    (lambda t: t["lines"]["items"]["properties"]["from"].update(type="string"),
     f"{_ITEMS}/properties/from/type", 'must allow "null"'),
    (lambda t: t["lines"]["items"]["properties"].update({"0": {}}), f"{_ITEMS}/properties/0", "no field name"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "place", "message"), MISTAKES, ids=[place for _, place, _ in MISTAKES])
def test_a_mistake_inside_is_named_with_its_place(tmp_path: Path, change: Change, place: str, message: str) -> None:
    content = invoice()
    change(content["properties"])
    (tmp_path / "invoice.json").write_text(json.dumps(content))
    problems = lint(tmp_path)
    assert any(p.place == place and message in p.message for p in problems), problems


def test_a_schema_of_369_fields_loads_fast(tmp_path: Path) -> None:
    (tmp_path / "large.json").write_text(json.dumps(large()))
    load(tmp_path)  # imports and compiled expressions
    before = time.process_time()
    kind = load(tmp_path)["large"]
    assert time.process_time() - before < 1.0
    assert sum(1 for _ in kind.leaves()) == 369
    assert kind.field("rows/7/c68") is not None


_TREES = st.recursive(
    st.none() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from("abc"), _TREES, max_size=3))
def test_what_is_walked_is_found_again_by_path_and_by_pattern(tree: dict[str, Any]) -> None:
    walked = dict(walk(tree))
    assert is_empty(tree) == (not walked)
    for path, value in walked.items():
        assert list(found(tree, path)) == [(path, value)]
        assert (path, value) in list(found(tree, pattern_of(path)))


@given(_TREES, st.sampled_from(["a", "a/b", "a/*", "*/a", "a/*/b", "a/1/b", "a/*/*"]))
def test_no_tree_breaks_the_search(tree: object, pattern: str) -> None:
    for path, _ in found(tree, pattern):
        assert pattern_of(path) == pattern_of(pattern)
