"""Sentences of a grammar, and what is none."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.adapters.grammar_check import Grammar
from tests.prompts import WORDS, grounded

FIELD = Grammar(grounded(WORDS))


@pytest.mark.parametrize(
    ("text", "whole", "part"),
    [
        ('{"total":"23.40"}', True, True),
        ('{"total":"by Łódź №"}', True, True),
        ('{"total":null}', True, True),
        ('{"total":"23.4', False, True),
        ('{"total":"23.4"}', False, False),
        ('{"total":"23.40 to', False, True),
        ('{"total":"Łó', False, True),
        ("", False, True),
        ('{"total":"23.40"} ', False, False),
        ('{"total":"million"}', False, False),
        ('{"total":""}', False, False),
        ('{ "total":null}', False, False),
        ("half \ud83d", False, False),
    ],
)
def test_a_text_is_a_sentence_a_part_of_one_or_none(text: str, whole: bool, part: bool) -> None:
    assert FIELD.takes(text, whole=True) == whole
    assert FIELD.takes(text, whole=False) == part


@given(st.text())
def test_no_text_breaks_the_check_for_the_next(text: str) -> None:
    FIELD.takes(text, whole=False)
    assert FIELD.takes('{"total":null}', whole=True)
    assert not FIELD.takes(text, whole=True)


@pytest.mark.parametrize("lark", ["", "start: ((", "%llguidance {}\nstart: nothing", 'start: "a" & 7'])
def test_what_is_no_grammar_is_refused_without_its_words(lark: str) -> None:
    with pytest.raises(ValueError, match=r"^no grammar$"):
        Grammar(lark)


def test_a_window_of_twelve_thousand_words_is_compiled() -> None:
    words = [f"w{n}" for n in range(12_000)]
    began = time.process_time()
    grammar = Grammar(grounded(words))
    assert grammar.takes('{"total":"w7000 w7001"}', whole=True)
    assert not grammar.takes('{"total":"w7000 w7002"}', whole=True)
    assert time.process_time() - began < 5
