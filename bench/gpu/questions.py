"""Prompts about made pages: the types of `schemas/documents`, a page of print each, with and without a grammar."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import jsonschema

from bench.grammar import made_window
from processors import document_types
from processors.extract.language import prompt
from processors.extract.language.answers import values
from processors.extract.language.shape import Members, answer_schema, groups, shape
from processors.extract.language.windows import Window
from processors.stage import Completion, Prompt

#: anything goes
FREE: Final = "%llguidance {}\nstart: /(.|\\n)*/\n"
TYPES: Final = Path(__file__).resolve().parents[2] / "schemas" / "documents"


@dataclass(frozen=True)
class Question:
    """A prompt with what it asks about."""

    shape: Members
    window: Window
    held: Prompt
    #: the same prompt under a grammar that allows everything
    free: Prompt


def questions(count: int, words: int, most_tokens: int, folder: Path) -> list[Question]:
    """Questions about `count` pages of `words` words, each with another type; answers of at most so many tokens."""
    types = [one for one in document_types.load(TYPES).values() if one.fields]
    made = []
    for number in range(count):
        kind = types[number % len(types)]
        part, window = groups(shape(kind.schema), 24)[0], made_window(words, seed=number)
        held = prompt.write(f"{number:04}", kind, part, window, folder)
        held = replace(held, most_tokens=min(held.most_tokens, most_tokens))
        anything = folder / f"{number:04}.free.lark"
        anything.write_text(FREE, encoding="utf-8")
        made.append(Question(part, window, held, replace(held, grammar=anything, most_tokens=most_tokens)))
    return made


@dataclass
class Proof:
    """What held answers are, checked without the grammar's help."""

    finished: int = 0
    #: of those that are finished
    of_the_schema: int = 0
    texts: int = 0
    not_on_the_page: int = 0


def proof(asked: Sequence[Question], answers: Sequence[Completion]) -> Proof:
    """Check answers against schema and page."""
    found = Proof()
    for question, answer in zip(asked, answers, strict=True):
        if not answer.finished:
            continue
        found.finished += 1
        try:
            jsonschema.validate(json.loads(answer.untrusted_text), answer_schema(question.shape))
        except (ValueError, jsonschema.ValidationError):
            continue
        found.of_the_schema += 1
        said = [one.text for one in values(answer, question.shape)]
        found.texts += len(said)
        found.not_on_the_page += sum(not question.window.places(text) for text in said)
    return found
