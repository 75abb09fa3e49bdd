"""Expressions of type files in the terms of the grammar: never narrower than Python's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from processors import document_types
from processors.extract.language.patterns import terms
from processors.extract.language.shape import leaves, shape
from tests.unit.extract.language.walks import accepts

WORDS = "5931 no. 12 Total 5,625.00 $40.00 12/30/2019 March BL-77/2 acme Acme Inc. the Libya 950658-1 a/b c\\d"
TEXTS = [*WORDS.split(), "Acme Inc.", "the Acme", "March 4, 2020", "two (2) years", "", "x]y", "^", "[", "Code 7"]
CASES = [
    r"(?![a-z])[A-Z].*",
    r"(?=.*\d)\S+",
    r"(?<![\d,])\d{3,4}(?![\d,/-])",
    r"(?=[^\n]*[)\]])[^\n]+",
    r"[]a-z]+",
    r"[^]]+",
    r"[^/]+/[^/]+",
    r"\w+\/\w",
    r"(?!(?:Code|Ref)\b)[A-Z].*",
    r"\bAcme\b.*",
    r"(?i:ACME).*",
    r"(?!x(?!y))a.*",
    r"(?!a)[a-z]+|[A-Z].*",
]


def allowed(pattern: str, text: str) -> bool:
    body = " & ".join(["/(.|\n)*/", *terms(pattern)])
    return accepts(f"%llguidance {{}}\nstart: T\nT: {body}\n", text)


def shipped() -> list[str]:
    types = document_types.load(Path("schemas/documents")).values()
    return sorted({p for one in types for _, leaf in leaves(shape(one.schema)) for p in leaf.patterns})


@pytest.mark.parametrize("pattern", [*CASES, *shipped()])
def test_what_python_matches_the_grammar_allows(pattern: str) -> None:
    matching = [text for text in TEXTS if re.fullmatch(pattern, text)]
    assert [text for text in matching if not allowed(pattern, text)] == []


@pytest.mark.parametrize("pattern", CASES[:8])
def test_what_can_be_said_is_said_exactly(pattern: str) -> None:
    matching = [text for text in TEXTS if text and re.fullmatch(pattern, text)]
    assert matching
    assert [text for text in TEXTS if text and allowed(pattern, text)] == matching


def test_what_cannot_be_said_allows_more() -> None:
    assert terms(r"(a)\1") == ()
    assert allowed(r"(?<=x)\bno\b", "anything")
