"""From scores to spans, and from spans to what the rule takes."""

from __future__ import annotations

import re

import numpy as np
import pytest
from numpy.typing import NDArray

from processors.document_types import FieldRule
from processors.extract.encoder.pointing import Pointers, spans
from processors.extract.encoder.trimming import trim
from processors.extract.encoder.units import NOWHERE, ROW, Unit
from processors.extract.encoder.windows import Window


def window(*texts: str) -> Window:
    made = tuple(Unit(text, -1 if text == ROW else index, NOWHERE) for index, text in enumerate(texts))
    places = np.arange(1, len(texts) + 1)
    return Window(
        1, made, np.zeros(len(texts) + 2, np.int64), np.zeros((len(texts) + 2, 5), np.int64), places, places
    )


def pointing(count: int, *tokens: int) -> NDArray[np.float32]:
    """Pointers of `count` tokens; the question is [1, 0], the named tokens agree with it strongly."""
    found = np.zeros((count, 2), np.float32)
    for token in tokens:
        found[token] = [8.0, 0.0]
    return found


ASKED = (np.array([[1.0, 0.0]], np.float32), np.array([[1.0, 0.0]], np.float32))


def test_the_likeliest_span_is_first() -> None:
    made = window("Total", "12.00", "13.00")
    (found,) = spans(made, Pointers(pointing(5, 2), pointing(5, 2)), ASKED, least=0.05)
    assert (found[0].first, found[0].last) == (1, 1)
    assert found[0].probability == pytest.approx(1.0, abs=0.02)


def test_the_first_token_means_that_it_is_not_here() -> None:
    made = window("Total", "12.00", "13.00")
    (found,) = spans(made, Pointers(pointing(5, 0), pointing(5, 0)), ASKED, least=0.05)
    assert found == []


def test_a_span_never_ends_before_it_begins_nor_at_a_separator() -> None:
    made = window("a", ROW, "b")
    (backwards,) = spans(made, Pointers(pointing(5, 3), pointing(5, 1)), ASKED, least=0.05)
    (separator,) = spans(made, Pointers(pointing(5, 2), pointing(5, 3)), ASKED, least=0.05)
    assert backwards == [] and separator == []


def rule(pattern: str | None = None) -> FieldRule:
    compiled = re.compile(pattern) if pattern else None
    return FieldRule("f", "", required=False, many=False, normaliser="text", pattern=compiled)


@pytest.mark.parametrize(
    ("texts", "pattern", "text", "words"),
    [
        (["Acme", "Inc.,"], None, "Acme Inc.", (0, 1)),
        (["RM", "39.00"], r"\d+\.\d\d", "39.00", (1,)),
        (["Total:", "9.00", "kg"], r"\d+\.\d\d", "9.00", (1,)),
        (["none"], r"\d+", "", ()),
        (["12", ROW, "Main", "St"], None, "12\nMain St", (0, 2, 3)),
        (["-12.50"], None, "-12.50", (0,)),
        (["—", "Acme"], None, "Acme", (1,)),
    ],
)
def test_what_the_rule_takes_of_a_span(
    texts: list[str], pattern: str | None, text: str, words: tuple[int, ...]
) -> None:
    assert trim(window(*texts).units, rule(pattern)) == (text, words)
