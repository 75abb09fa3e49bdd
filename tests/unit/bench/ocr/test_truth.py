import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.ocr import truth

SHORT = st.text(alphabet="abc \u00e9", max_size=12)


def plain_distance(one: str, other: str) -> int:
    """The textbook's table, row by row."""
    row = list(range(len(other) + 1))
    for index, a in enumerate(one, 1):
        last, row = row, [index]
        for column, b in enumerate(other, 1):
            row.append(min(last[column] + 1, row[-1] + 1, last[column - 1] + (a != b)))
    return row[-1]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Total: $23.40!", ["total", "23.40"]),
        ("\ufb01ne  \u2014 Caf\u00e9\n(see \u00a7 4)", ["fine", "caf\u00e9", "see", "4"]),
        ("STRASSE Stra\u00dfe", ["strasse", "strasse"]),
        ("... --- ...", []),
        ("don't U.S.", ["don't", "u.s"]),
    ],
)
def test_words_are_bare_and_folded(text: str, wanted: list[str]) -> None:
    assert truth.words(text) == wanted


@pytest.mark.parametrize(
    ("wanted", "read", "f1"),
    [
        ("one two three", "three, TWO one", 1.0),
        ("one two", "one", 2 / 3),
        ("one", "one one one", 0.5),
        ("one", "", 0.0),
        ("", "one", 0.0),
        ("", "--", 1.0),
    ],
)
def test_f1_counts_each_word_as_often_as_it_is_there(wanted: str, read: str, f1: float) -> None:
    assert truth.word_f1(wanted, read) == pytest.approx(f1)


@given(one=SHORT, other=SHORT)
def test_the_distance_is_the_textbook_s(one: str, other: str) -> None:
    assert truth.distance(one, other) == plain_distance(one, other)


def test_the_distance_of_long_texts_is_quick() -> None:
    assert truth.distance("ab" * 3_000, "ba" * 3_000) == 2


@pytest.mark.parametrize(
    ("wanted", "read", "rate"),
    [("a  b\nc", "a b c", 0.0), ("abcd", "abxd", 0.25), ("ab", "", 1.0), ("", "", 0.0), ("", "x", 1.0)],
)
def test_the_error_rate_is_by_the_length_of_the_truth(wanted: str, read: str, rate: float) -> None:
    assert truth.character_error_rate(wanted, read) == rate
