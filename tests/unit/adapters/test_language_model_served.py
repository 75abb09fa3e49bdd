"""A real model of Mistral's architecture behind the protocol: prompts, grammar, figures, and the check of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from processors.adapters.language_server import LanguageServer
from processors.config import PACKAGE
from tests import language_server as local
from tests.language_server import MODEL, of
from tests.prompts import WORDS, prompt

pytestmark = pytest.mark.train


@pytest.fixture(scope="module")
def server() -> Iterator[local.LanguageServer]:
    from processors.extract.language.transformers_model import TransformersModel

    with local.LanguageServer(of(TransformersModel(PACKAGE / "models" / "language"))) as running:
        yield running


def test_what_it_says_stands_in_the_document(server: local.LanguageServer, tmp_path: Path) -> None:
    model = LanguageServer(server.url, MODEL)
    prompts = [prompt(tmp_path, str(n), text=f"{n} {' '.join(WORDS)}", most_tokens=60) for n in range(6)]
    said = model.complete(prompts)
    for one in said:
        assert "".join(text for text, _ in one.tokens) == one.untrusted_text
        assert len(one.tokens) < len(one.untrusted_text), "its tokens are longer than a letter"
        # The beginning is forced by the grammar, and the model was free after it.
        assert one.tokens[0][1] == 0.0
        assert min(figure for _, figure in one.tokens) < -0.1
    finished = [json.loads(one.untrusted_text)["total"] for one in said if one.finished]
    assert finished
    assert all(value is None or value in " ".join(WORDS) for value in finished)


def test_the_same_question_has_the_same_answer(server: local.LanguageServer, tmp_path: Path) -> None:
    model = LanguageServer(server.url, MODEL)
    once, again = (model.complete([prompt(tmp_path)])[0] for _ in range(2))
    assert once == again


def test_it_passes_the_trial(server: local.LanguageServer) -> None:
    LanguageServer(server.url, MODEL).try_grammar()
