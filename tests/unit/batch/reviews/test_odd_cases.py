"""Reviews that are not as usual: values of an older type, long documents, answers that were made to hurt."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from processors.batch.reviews import tree
from processors.batch.reviews.answers import read_answer
from processors.batch.reviews.cases import pages_of
from processors.batch.reviews.errors import ReviewError
from processors.document_types import FieldRule
from processors.pages import Page, pages_among
from tests.unit.batch.reviews.office import TYPES, Office, page


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    yield made
    made.close()


def _holder() -> tuple[FieldRule, FieldRule]:
    """A field that is an object, and one that is a list of objects."""
    plain = TYPES["receipt"].fields[0]
    one = replace(plain, name="seller", many=False, fields=(plain,))
    return one, replace(one, name="lines", many=True)


@pytest.mark.parametrize("odd", ["a text", 7, ["a text"], [7, None]])
def test_values_of_an_older_shape_are_left_out_so_that_new_ones_can_be_given(odd: Any) -> None:
    one, many = _holder()
    values = tree.base((one, many), {one.name: odd, many.name: odd})
    tree.put(values, f"{one.name}/{one.fields[0].name}", "new")
    tree.put(values, f"{many.name}/0/{many.fields[0].name}", "new")
    assert values[one.name][one.fields[0].name] == "new"
    assert values[many.name][0][many.fields[0].name] == "new"


def test_a_tree_where_a_text_belongs_is_left_out() -> None:
    plain = next(rule for rule in TYPES["receipt"].fields if not rule.many and not rule.fields)
    assert tree.base((plain,), {plain.name: {"a": 1}}) == {plain.name: None}
    assert tree.base((plain,), {plain.name: "kept"}) == {plain.name: "kept"}


@pytest.mark.parametrize(
    "answer",
    [
        {"changes": {f"lines/{'9' * 5000}/amount": {"text": "1"}}},
        {"accept_rules": ["x"] * 1001},
        {"says": "type", "type": "x" * 300},
    ],
    ids=["path", "rules", "type"],
)
def test_an_answer_has_bounds(answer: Any) -> None:
    with pytest.raises(ReviewError) as caught:
        read_answer(json.dumps(answer))
    assert len(str(caught.value)) < 2_000


def test_of_many_faults_a_few_are_told() -> None:
    answer: Any = {"changes": {f"field{number}": {} for number in range(4_000)}}
    with pytest.raises(ReviewError, match="and 3990 more") as caught:
        read_answer(json.dumps(answer))
    assert len(str(caught.value)) < 2_000


def test_only_the_wanted_pages_of_a_long_document_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, one = tmp_path / "pages.jsonl", page()
    lines = [one.to_json().replace('"number":1', f'"number":{number}') for number in range(1, 301)]
    file.write_text("\n".join(lines))
    words_read = []
    whole = Page.from_json

    def counted(line: str) -> Page:
        found = whole(line)
        words_read.append(len(found.words))
        return found

    monkeypatch.setattr(Page, "from_json", counted)
    found = pages_among(file, {2, 200, 999})
    assert [(number, len(there.words)) for number, there in found.items()] == [
        (2, len(one.words)),
        (200, len(one.words)),
    ]
    assert sum(words_read) == 2 * len(one.words), "of the others no word is read"


def test_who_points_at_no_word_needs_no_page(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    case = office.case(office.wait())

    def fetched(*_: object) -> str:
        raise AssertionError("fetched")

    monkeypatch.setattr(type(office.shop.objects), "fetch", fetched)
    assert pages_of(office.doors, case, set()) == {}
    with pytest.raises(AssertionError, match="fetched"):
        pages_of(office.doors, case, {1})
