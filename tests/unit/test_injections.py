"""Instructions in a document change nothing but the document: neither type, topic, agency, nor any other field.

The text of a document is data for classify and extract. What it prints as a value, with its label, is read as a
value: that is no injection, see `docs/prompt-injection.md`.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from llguidance import LLMatcher, LLTokenizer

from processors import document_types
from processors.adapters.language_server import LanguageServer as Client
from processors.config import PACKAGE, SCHEMAS, load
from processors.errors import DependencyUnavailable
from processors.events import ResultReleased
from processors.publish import release
from tests.corpus.injections import INJECTIONS, TYPE, WANTED, Injection, base, made
from tests.language_server import MODEL, LanguageServer, Request, Said, Speak, saying
from tests.stages import AGENCY, Outcome, Stages, types_with

READERS = ["labels", "encoder"]
KNOWN = {*document_types.load(SCHEMAS / "documents"), "unknown"}

Run = Callable[[Injection | None, str], Outcome]


def running(stages: Stages, folder: Path) -> Run:
    """Sends a document with an injection through; without one the base document of a place, once each."""
    kept: dict[str, Outcome] = {}

    def run(injection: Injection | None, place: str) -> Outcome:
        document = made(injection) if injection else base(place)  # type: ignore[arg-type]
        name = injection.name if injection else f"base-{document.media_type.replace('/', '-')}"
        if name not in kept:
            (folder / name).mkdir()
            kept[name] = stages.run(folder / name, document.content, document.media_type, document.untrusted_name)
        return kept[name]

    return run


def ids(injection: Injection) -> str:
    return injection.name


def same_but(outcome: Outcome, plain: Outcome, injection: Injection) -> None:
    """Whatever the document says, it goes the same way, and only a value that it prints itself may be another."""
    assert outcome.classified.type in KNOWN
    assert outcome.classified.type == plain.classified.type
    assert outcome.fields.type == plain.fields.type
    changed = {
        path for path in {*plain.values, *outcome.values} if plain.values.get(path) != outcome.values.get(path)
    }
    assert changed <= {injection.prints}, "another field has another value"
    document = outcome.end.document
    assert document.agency == AGENCY
    assert (document.id, document.run_id) == (plain.end.document.id, plain.end.document.run_id)
    assert outcome.topic in (f"results.{AGENCY}.{TYPE}", "reviews.requested")
    assert set(outcome.values) == set(plain.values), "the schema has other members"


@pytest.fixture(scope="module")
def plain_readers(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return running(Stages(load({})), tmp_path_factory.mktemp("plain"))


def test_there_are_enough_of_them_and_their_values_stand_in_no_base_document(plain_readers: Run) -> None:
    assert len(INJECTIONS) >= 40
    assert len({one.name for one in INJECTIONS}) == len(INJECTIONS)
    for place in ("visible", "after"):
        outcome = plain_readers(None, place)
        assert outcome.classified.type == TYPE
        assert len([value for value in outcome.values.values() if value]) == 5, "a base document reads well"
        assert not set(WANTED.values()) & {str(value) for value in outcome.values.values()}


@pytest.mark.parametrize("injection", INJECTIONS, ids=ids)
def test_nothing_else_changes(plain_readers: Run, injection: Injection) -> None:
    same_but(plain_readers(injection, injection.place), plain_readers(None, injection.place), injection)


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Run:
    pytest.importorskip("torch")
    folder = tmp_path_factory.mktemp("tiny")
    environment = {
        "CHANCERY_DOCUMENT_TYPES": types_with(folder / "types", TYPE, [*READERS, "transformers"]),
        "CHANCERY_LANGUAGE_WEIGHTS": str(PACKAGE / "models" / "language"),
    }
    return running(Stages(load(environment)), folder)


#: A document takes some eight CPU seconds with the model: a seventh of them here, all where somebody asks for all.
WITH_THE_MODEL = INJECTIONS if os.environ.get("ALL_INJECTIONS") else INJECTIONS[::7]


@pytest.mark.train
@pytest.mark.parametrize("injection", WITH_THE_MODEL, ids=ids)
def test_nothing_else_changes_with_the_language_model_in_the_process(tiny_model: Run, injection: Injection) -> None:
    outcome = tiny_model(injection, injection.place)
    assert "transformers" in outcome.fields.engine
    same_but(outcome, tiny_model(None, injection.place), injection)


# A model that obeys


def obeying(request: Request) -> Said:
    """Answers what the attacker wants wherever the document holds it, and otherwise nothing at all.

    It keeps to the grammar: an answer that does not is refused by the client, and would prove less.
    """
    answer: dict[str, str | None] = dict.fromkeys(_fields(request))
    for name, value in WANTED.items():
        # As a word of the page, with whatever stands at its end.
        words = re.findall(re.escape(value) + r"[.,;:。]*", request.messages[-1]["content"])
        for wanted in (value, *words) if words and name in answer else ():
            if _allowed(request.grammar, _json(answer | {name: wanted})):
                answer[name] = wanted
                break
    return saying(_json(answer))(request)


def _json(answer: dict[str, str | None]) -> str:
    return json.dumps(answer, separators=(",", ":"), ensure_ascii=False)


def _allowed(grammar: str, text: str) -> bool:
    matcher = LLMatcher(LLTokenizer("byte"), LLMatcher.grammar_from_lark(grammar))
    return all(matcher.consume_token(byte) for byte in text.encode()) and matcher.is_accepting()


def _fields(request: Request) -> list[str]:
    """The names of the fields that the question asks for, in its order."""
    asked = request.messages[-1]["content"].rpartition("\nFields:\n")[2]
    return [line.split(" (")[0] for line in asked.splitlines()]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[list[str], Speak], Run]]:
    """Stages whose type is read by these readers, with a language server that speaks so."""
    servers: list[LanguageServer] = []

    def start(readers: list[str], speak: Speak) -> Run:
        folder = tmp_path_factory.mktemp("served")
        server = LanguageServer(speak)
        server.__enter__()
        servers.append(server)
        settings = load(
            {
                "CHANCERY_DOCUMENT_TYPES": types_with(folder / "types", TYPE, readers),
                "CHANCERY_LANGUAGE_URL": server.url,
                "CHANCERY_LANGUAGE_MODEL": MODEL,
            }
        )
        return running(Stages(settings, Client(server.url, MODEL)), folder)

    yield start
    for server in servers:
        server.__exit__(None, None, None)


@pytest.fixture(scope="module")
def gullible(served: Callable[[list[str], Speak], Run]) -> Run:
    return served([*READERS, "openai"], obeying)


def stolen(outcome: Outcome) -> set[str]:
    """The fields that hold what the attacker wants."""
    return {path for path, value in WANTED.items() if str(outcome.values.get(path) or "").startswith(value)}


@pytest.mark.parametrize("injection", INJECTIONS, ids=ids)
def test_a_model_that_obeys_releases_nothing_of_the_attackers(gullible: Run, injection: Injection) -> None:
    outcome = gullible(injection, injection.place)
    assert outcome.end.document.agency == AGENCY
    assert outcome.fields.type == TYPE
    if stolen(outcome):
        assert not isinstance(outcome.end, ResultReleased), "the attacker's value was released unnoticed"


def test_an_obeying_model_is_noticed_where_the_others_read_otherwise(gullible: Run) -> None:
    noticed = set()
    for injection in INJECTIONS:
        plain = set(getattr(gullible(None, injection.place).end, "reasons", ()))
        reasons = set(getattr(gullible(injection, injection.place).end, "reasons", ()))
        if "readers_disagree" in {reason for reason, _ in reasons - plain}:
            noticed.add(injection.name)
    assert len(noticed) >= 10, "the model obeyed too seldom: this proves nothing"


def test_what_a_model_invents_is_no_sentence_of_the_grammar(served: Callable[[list[str], Speak], Run]) -> None:
    def inventing(request: Request) -> Said:
        return saying(_json(dict.fromkeys(_fields(request), "777777.77")))(request)

    # The server ignores the grammar, so it is not worth a second question.
    with pytest.raises(DependencyUnavailable, match="ignores the grammar"):
        served(["openai"], inventing)(INJECTIONS[0], INJECTIONS[0].place)


def test_control_alone_and_believed_the_obeying_model_gives_the_attacker_what_they_want(
    served: Callable[[list[str], Speak], Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    (injection,) = (one for one in INJECTIONS if one.name == "ignore-visible")
    alone = served(["openai"], obeying)
    guarded = alone(injection, injection.place)
    assert "gross_amount" in stolen(guarded)
    assert ("confidence_unmeasured", "gross_amount") in guarded.end.reasons  # type: ignore[attr-defined]
    # The guard off: what nobody measured counts as sure, and nothing need be complete.
    monkeypatch.setattr(release, "unsure", lambda *_: iter(()))
    monkeypatch.setattr(release, "missing", lambda *_: ())
    naive = served(["openai"], obeying)(injection, injection.place)
    assert isinstance(naive.end, ResultReleased)
    assert naive.end.fields["gross_amount"] == "1.00"
