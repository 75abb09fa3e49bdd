"""Units and windows: nothing of a page is lost, everything leads back to its words."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from processors.config import PACKAGE
from processors.extract.encoder.units import COLUMN, NOWHERE, ROW, units
from processors.extract.encoder.windows import SHARED, TOKENS, windows
from processors.text_encoder.onnx_encoder import read_tokenizer
from tests.unit.extract.made_pages import page


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    made = read_tokenizer(Path(PACKAGE) / "models" / "classifier" / "tokenizer.json")
    made.no_truncation()
    return made


def test_rows_and_columns_are_marked() -> None:
    found = list(units(page("Name      Address\nAcme Inc. Main St")))
    assert [unit.text for unit in found][:4] == ["Name", COLUMN, "Address", ROW]
    assert all(unit.word == -1 for unit in found if unit.text in (ROW, COLUMN))


def test_two_dates_in_one_word_are_two_units() -> None:
    found = [unit for unit in units(page("Flight: 03/31/20-04/06/20")) if unit.word >= 0]
    assert [unit.text for unit in found] == ["Flight:", "03/31/20", "04/06/20"]
    assert found[1].word == found[2].word


def test_layout_is_a_place_on_the_page_and_nowhere_for_text_that_was_never_on_paper() -> None:
    from dataclasses import replace

    made = page("left                                       right")
    left, right = (unit.layout for unit in units(made) if unit.word >= 0)
    assert left[0] < right[0] and left[1] == right[1]
    assert {unit.layout for unit in units(replace(made, engine="plain"))} == {NOWHERE}


def test_one_window_for_a_short_page_and_none_for_an_empty_one(tokenizer: Tokenizer) -> None:
    (only,) = windows(3, list(units(page("Total 12.00"))), tokenizer)
    assert only.page == 3 and only.ids[0] == 101 and only.ids[-1] == 102
    assert list(windows(1, [], tokenizer)) == []


def test_every_unit_of_a_long_page_is_in_a_window_and_borders_overlap(tokenizer: Tokenizer) -> None:
    all_units = list(units(page("\n".join(f"word{n} another{n} 1{n}.00" for n in range(200)))))
    cut = list(windows(1, all_units, tokenizer))
    assert len(cut) > 2
    assert {id(unit) for window in cut for unit in window.units} == {id(unit) for unit in all_units}
    for before, after in itertools.pairwise(cut):
        shared = {id(unit) for unit in before.units} & {id(unit) for unit in after.units}
        assert len(shared) >= SHARED // 8
    assert all(len(window.ids) <= TOKENS for window in cut)


def test_first_and_last_lead_from_units_to_their_tokens(tokenizer: Tokenizer) -> None:
    (only,) = windows(1, list(units(page("Registration 5926 Podesta"))), tokenizer)
    for unit, first, last in zip(only.units, only.first, only.last, strict=True):
        said = tokenizer.decode(only.ids[first : last + 1].tolist()).replace(" ", "")
        assert said == unit.text.lower()
