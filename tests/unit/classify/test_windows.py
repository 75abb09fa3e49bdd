from __future__ import annotations

from processors.classify.windows import WINDOW_WORDS, split, windows
from tests.unit.classify.samples import page


def words(count: int) -> list[str]:
    return [f"w{number}" for number in range(count)]


def test_windows_follow_each_other_without_gap_or_overlap() -> None:
    texts = split(words(2 * WINDOW_WORDS + 50))
    assert " ".join(texts).split() == words(2 * WINDOW_WORDS)


def test_a_short_rest_is_no_window() -> None:
    assert len(split(words(WINDOW_WORDS + WINDOW_WORDS // 4 - 1))) == 1
    assert len(split(words(WINDOW_WORDS + WINDOW_WORDS // 4))) == 2


def test_a_few_words_are_a_window_if_there_is_nothing_else() -> None:
    assert split(["RECEIPT"]) == ["RECEIPT"]


def test_windows_run_over_pages_and_skip_empty_ones() -> None:
    assert windows([page(""), page("a b")]) == ["a b"]


def test_no_words_no_windows() -> None:
    assert windows([page("")]) == []
    assert windows([]) == []
