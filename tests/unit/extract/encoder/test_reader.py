"""The reader around a model that is made by hand: which pages it looks at, what it asks, what it proposes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from processors.config import PACKAGE
from processors.extract.encoder.pointing import Floats, Pointers
from processors.extract.encoder.reader import FIRST_PAGES, LAST_PAGES, EncoderReader, Questions, load_questions
from processors.extract.encoder.windows import Window
from processors.text_encoder.onnx_encoder import read_tokenizer
from tests.unit.document_types.nested import invoice, large, loaded, optional
from tests.unit.extract.made_pages import page


@dataclass
class Points:
    """A model that points at the word "5926" for everything that is asked."""

    name: str = "made"
    pages: list[int] = field(default_factory=list)

    def point(self, window: Window) -> Pointers:
        self.pages.append(window.page)
        start, end = (np.zeros((len(window.ids), 2), np.float32) for _ in range(2))
        for unit, first, last in zip(window.units, window.first, window.last, strict=True):
            if unit.text == "5926":
                start[first], end[last] = [8.0, 0.0], [8.0, 0.0]
        return Pointers(start, end)


class Words:
    """An encoder that gives every text the same vector, and notes the texts."""

    name = "made"

    def __init__(self) -> None:
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str]) -> Floats:
        self.texts += texts
        return np.ones((len(texts), 384), np.float32)


@pytest.fixture
def tokenizer() -> Tokenizer:
    made = read_tokenizer(Path(PACKAGE) / "models" / "classifier" / "tokenizer.json")
    made.no_truncation()
    return made


def questions(*known: str) -> Questions:
    vectors = np.tile(np.array([[1.0, 0.0]], np.float32), (len(known), 1))
    weights = np.tile(np.array([[1.0 / 384, 0.0]], np.float32), (384, 1))
    bias = np.zeros(2, np.float32)
    return Questions(known, (vectors, vectors), (weights, weights), (bias, bias))


def test_a_value_is_proposed_with_its_word_and_a_new_field_is_asked_by_its_words(
    tmp_path: Path, tokenizer: Tokenizer
) -> None:
    plain = {key: value for key, value in invoice().items() if key not in ("x-rules", "examples")}
    fields = {"number": optional("identifier", description="Number of it."), "other": optional("identifier")}
    kind = loaded(tmp_path, {**plain, "properties": fields, "required": []}, "permit")
    words = Words()
    reader = EncoderReader(Points(), questions("permit/other"), tokenizer, words)
    proposals = reader.read([page("Registration number 5926 of many")], kind)
    assert {(p.path, p.text, p.words, p.reader) for p in proposals} == {
        ("number", "5926", (2,), "encoder"),
        ("other", "5926", (2,), "encoder"),
    }
    assert all(p.score > 0.9 for p in proposals)
    (asked,) = words.texts
    assert "number: Number of it." in asked, "the known field is not asked by its words"
    reader.read([page("again")], kind)
    assert len(words.texts) == 1, "what a field's words give is computed once"


def test_a_type_of_369_fields_costs_one_pass_a_window(tmp_path: Path, tokenizer: Tokenizer) -> None:
    kind = loaded(tmp_path, large(369), "large")
    model = Points()
    EncoderReader(model, questions(), tokenizer, Words()).read([page("Number 5926")], kind)
    assert model.pages == [1]


def test_of_a_long_document_the_beginning_and_the_end_are_read(tmp_path: Path, tokenizer: Tokenizer) -> None:
    plain = {key: value for key, value in invoice().items() if key not in ("x-rules", "examples")}
    kind = loaded(tmp_path, {**plain, "properties": {"number": optional("identifier")}, "required": []}, "permit")
    model = Points()
    long = [page("Number 5926", number) for number in range(1, 101)]
    EncoderReader(model, questions(), tokenizer, Words()).read(long, kind)
    assert model.pages == [*range(1, FIRST_PAGES + 1), *range(101 - LAST_PAGES, 101)]


def test_a_reader_of_another_format_is_refused(tmp_path: Path) -> None:
    (tmp_path / "reader.json").write_text('{"format": 99, "fields": []}')
    with pytest.raises(ValueError, match="format 99"):
        load_questions(tmp_path)
