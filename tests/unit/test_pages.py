"""The page record: what is written is what is read, one page a line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from processors.pages import Page, Word, read_pages

POINTS = st.floats(-20_000, 20_000).map(lambda value: round(value, 2))
WORDS = st.builds(
    Word,
    text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
    box=st.tuples(POINTS, POINTS, POINTS, POINTS),
    confidence=st.floats(0, 1).map(lambda value: round(value, 3)),
    line=st.integers(0, 500),
    block=st.integers(0, 50),
)
PAGES = st.builds(
    Page,
    number=st.integers(1, 5000),
    width=POINTS,
    height=POINTS,
    scale=POINTS,
    source=st.sampled_from(["text_layer", "ocr", "blank"]),
    engine=st.text(st.characters(exclude_categories=["Cs"])),
    language=st.just("eng+fra"),
    words=st.lists(WORDS, max_size=5).map(tuple),
)


@given(PAGES)
def test_a_page_comes_back_as_it_was_written_on_one_line(page: Page) -> None:
    line = page.to_json()
    assert "\n" not in line
    assert Page.from_json(line) == page


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(PAGES, max_size=4))
def test_the_pages_of_a_file_come_back_in_order(tmp_path: Path, pages: list[Page]) -> None:
    path = tmp_path / "pages.jsonl"
    path.write_text("".join(page.to_json() + "\n" for page in pages), encoding="utf-8")
    assert list(read_pages(path)) == pages


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(PAGES, max_size=4))
def test_pages_of_other_sources_come_without_words_where_these_are_not_wanted(
    tmp_path: Path, pages: list[Page]
) -> None:
    path = tmp_path / "pages.jsonl"
    path.write_text("".join(page.to_json() + "\n" for page in pages), encoding="utf-8")
    wanted = [page if page.source == "ocr" else replace(page, words=()) for page in pages]
    assert list(read_pages(path, ("ocr",))) == wanted


def test_text_that_looks_like_a_record_is_text(tmp_path: Path) -> None:
    path = tmp_path / "pages.jsonl"
    odd = replace(page(word('","words":[', 0), word(',"words":[', 1)), engine=',"words":[', source="ocr")
    path.write_text(odd.to_json() + "\n", encoding="utf-8")
    assert list(read_pages(path, ("ocr",))) == [odd]
    assert list(read_pages(path, ("model",))) == [replace(odd, words=())]


def page(*words: Word) -> Page:
    return Page(1, 100.0, 100.0, 1.0, "text_layer", "pdfium", "", words)


def word(text: str, line: int, confidence: float = 1.0) -> Word:
    return Word(text, (0.0, 0.0, 1.0, 1.0), confidence, line, 0)


def test_text_has_a_line_for_each_line_of_the_page() -> None:
    assert page(word("Dear", 0), word("Sir", 0), word("Yours", 1)).text() == "Dear Sir\nYours"


def test_confidence_is_the_mean_of_the_words_and_nothing_for_an_empty_page() -> None:
    assert page(word("a", 0, 1.0), word("b", 0, 0.5)).confidence == 0.75
    assert page().confidence == 0.0
    assert page().text() == ""


@pytest.mark.parametrize(
    "line",
    ["", "{", "[]", "7", "null", '"x"', "{}", '{"words": 3}', '{"words": [[1]]}', '{"words": [], "unknown": 1}'],
)
def test_what_is_no_page_record_is_a_value_error(line: str) -> None:
    with pytest.raises(ValueError):
        Page.from_json(line)


@given(st.text())
def test_any_text_is_a_page_or_a_value_error(line: str) -> None:
    with pytest.raises(ValueError):
        Page.from_json(line)
