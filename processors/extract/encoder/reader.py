"""The engine "encoder": pointers over pages with layout, to what the words of a type's file ask for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from processors.document_types import DocumentType, FieldRule
from processors.extract.encoder.model import Model
from processors.extract.encoder.pointing import Floats, spans
from processors.extract.encoder.queries import question
from processors.extract.encoder.trimming import trim
from processors.extract.encoder.units import units
from processors.extract.encoder.windows import Window, windows
from processors.extract.reader import Proposal
from processors.pages import Page
from processors.text_encoder.port import Encoder

FORMAT = 1
#: probability of a span below which it is not proposed
LEAST = 0.02
#: pages of a long document that are looked at: parties and dates stand in front, law and signatures at the end, and
#: a page costs a tenth of a second
FIRST_PAGES, LAST_PAGES = 24, 8
#: fields asked at once: a schema of hundreds costs memory by the piece
_AT_ONCE = 64


@dataclass(frozen=True)
class Questions:
    """Fields as vectors that pointers are compared with."""

    #: "type/field" of those that training saw
    known: tuple[str, ...]
    #: start and end, shape (known, 256) each
    vectors: tuple[Floats, Floats]
    #: from the words of a field to its vectors, for fields that training never saw: shapes (384, 256) and (256,)
    weights: tuple[Floats, Floats]
    biases: tuple[Floats, Floats]

    def of(self, keys: Sequence[str], texts: Sequence[str], encoder: Encoder) -> tuple[Floats, Floats]:
        """Start and end vectors of fields, shape (fields, 256) each."""
        places = {key: index for index, key in enumerate(self.known)}
        new = [index for index, key in enumerate(keys) if key not in places]
        words = encoder.embed([texts[index] for index in new]) if new else np.zeros((0, 384), np.float32)
        sides = []
        for side in (0, 1):
            rows = np.zeros((len(keys), self.biases[side].shape[0]), np.float32)
            for index, key in enumerate(keys):
                if key in places:
                    rows[index] = self.vectors[side][places[key]]
            if new:
                rows[new] = words @ self.weights[side] + self.biases[side]
            sides.append(rows)
        return sides[0], sides[1]


def load_questions(folder: Path) -> Questions:
    """Read `reader.json` and `questions.npz`.

    Raises:
        ValueError: they are of another format or do not fit together.
    """
    about = json.loads((folder / "reader.json").read_text(encoding="utf-8"))
    if about.get("format") != FORMAT:
        raise ValueError(f"reader.json is of format {about.get('format')}, not {FORMAT}")
    with np.load(folder / "questions.npz", allow_pickle=False) as found:
        sides = [
            tuple(np.asarray(found[f"{side}_{part}"], np.float32) for side in ("start", "end")) for part in _PARTS
        ]
    vectors, weights, biases = sides
    known = tuple(str(field) for field in about["fields"])
    if vectors[0].shape[0] != len(known):
        raise ValueError("questions.npz does not fit reader.json")
    return Questions(known, (vectors[0], vectors[1]), (weights[0], weights[1]), (biases[0], biases[1]))


_PARTS = ("vectors", "weights", "biases")


class EncoderReader:
    """See `FieldReader`."""

    def __init__(
        self, model: Model, questions: Questions, tokenizer: Tokenizer, encoder: Encoder, digest: str = ""
    ) -> None:
        """Put the parts together; `encoder` turns the words of new fields into vectors."""
        self.name = f"encoder {model.name}"
        self.digest = digest
        self._model = model
        self._questions = questions
        self._tokenizer = tokenizer
        self._encoder = encoder
        #: by type and version
        self._asked: dict[tuple[str, str], tuple[Floats, Floats]] = {}

    def read(self, pages: Sequence[Page], document_type: DocumentType) -> Sequence[Proposal]:
        """Propose the likeliest spans of every window, of a long document at its beginning and its end."""
        if len(pages) > FIRST_PAGES + LAST_PAGES:
            pages = [*pages[:FIRST_PAGES], *pages[-LAST_PAGES:]]
        return [proposal for page in pages for proposal in self._on_page(page, document_type)]

    def _on_page(self, page: Page, document_type: DocumentType) -> Iterator[Proposal]:
        rules = [
            (number, rule)
            for number, rule in enumerate(document_type.flat)
            if not rule.last_page or page.number <= rule.last_page
        ]
        if not rules or not page.words:
            return
        start, end = self._vectors(document_type)
        for window in windows(page.number, list(units(page)), self._tokenizer):
            pointers = self._model.point(window)
            for begin in range(0, len(rules), _AT_ONCE):
                some = rules[begin : begin + _AT_ONCE]
                rows = [number for number, _ in some]
                found = spans(window, pointers, (start[rows], end[rows]), LEAST)
                for (_, rule), mine in zip(some, found, strict=True):
                    for nth, span in enumerate(mine):
                        yield from _proposal(rule, window, span.first, span.last, span.probability, nth)

    def _vectors(self, document_type: DocumentType) -> tuple[Floats, Floats]:
        key = document_type.name, document_type.version
        if key not in self._asked:
            rules = document_type.flat
            keys = [f"{document_type.name}/{rule.name}" for rule in rules]
            texts = [question(document_type, rule) for rule in rules]
            self._asked[key] = self._questions.of(keys, texts, self._encoder)
        return self._asked[key]


def _proposal(rule: FieldRule, window: Window, first: int, last: int, score: float, nth: int) -> Iterator[Proposal]:
    text, words = trim(window.units[first : last + 1], rule)
    if text and words:
        path = f"{rule.name}/{nth}" if rule.many else rule.name
        yield Proposal(path, window.page, words, text, score, "encoder")
