"""Entries of lists are compared with those that they are, wherever they stand."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.batch.reprocess import aligning
from processors.batch.reprocess.aligning import pairs
from processors.batch.reprocess.differences import Side, differences
from processors.document_types.paths import walk
from processors.events import Evidence


def sure(paths: tuple[str, ...], confidence: float) -> dict[str, Evidence]:
    return dict.fromkeys(paths, Evidence(page=1, verdict="verbatim", confidence=confidence))


ROWS = [{"text": text, "amount": n} for n, text in enumerate("abcdef")]


def kinds(old: Any, new: Any) -> dict[str, str]:
    return {one.path: one.kind for one in differences(Side("result", values=old), Side("result", values=new))}


def test_a_row_that_is_new_in_the_middle_is_all_that_appeared() -> None:
    new = [*ROWS[:2], {"text": "x", "amount": 9}, *ROWS[2:]]
    told = {path: kind for path, kind in kinds({"rows": ROWS}, {"rows": new}).items() if kind != "same"}
    assert told == {"rows/2/text": "appeared", "rows/2/amount": "appeared"}


def test_a_row_that_is_gone_is_told_under_its_old_number() -> None:
    old, new = Side("result", values={"rows": ROWS}), Side("result", values={"rows": [*ROWS[:4], ROWS[5]]})
    told = [(one.path, one.kind, one.untrusted_old) for one in differences(old, new) if one.kind != "same"]
    assert told == [("rows/4/text", "vanished", "e"), ("rows/4/amount", "vanished", 4)]


def test_a_row_of_which_one_value_differs_is_the_same_row() -> None:
    changed = [*ROWS[:3], {"text": "d", "amount": 99}, *ROWS[4:]]
    told = {path: kind for path, kind in kinds({"rows": ROWS}, {"rows": changed}).items() if kind != "same"}
    assert told == {"rows/3/amount": "changed"}


def test_evidence_is_that_of_either_row_where_it_stands() -> None:
    before = Side("result", values={"rows": ["a", "b"]}, evidence=sure(("rows/0", "rows/1"), 0.9))
    after = Side("result", values={"rows": ["x", "a", "b"]}, evidence=sure(("rows/0", "rows/1", "rows/2"), 0.6))
    moved = {one.path: one.moved for one in differences(before, after) if one.kind == "same"}
    assert moved == {"rows/1": pytest.approx(-0.3), "rows/2": pytest.approx(-0.3)}


def test_very_long_lists_are_compared_by_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aligning, "MOST", 2)
    assert kinds({"rows": ["a", "b"]}, {"rows": ["x", "a", "b"]}) == {
        "rows/0": "changed",
        "rows/1": "changed",
        "rows/2": "appeared",
    }


_TREES = st.recursive(
    st.none() | st.integers(0, 3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=12,
)


@given(old=_TREES, new=_TREES)
def test_everything_of_either_side_is_told_once(old: Any, new: Any) -> None:
    old, new = {"a": old}, {"a": new}
    found = list(pairs(old, new))
    assert sorted(was for was, _ in found if was is not None) == sorted(path for path, _ in walk(old))
    assert sorted(now for _, now in found if now is not None) == sorted(path for path, _ in walk(new))
