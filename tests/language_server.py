"""A small server that speaks vLLM's chat completions on loopback and keeps to grammars: for tests of the way.

It checks what a model server would choke on (and what we promise not to send), then speaks with the `speak` it was
given: `walking` makes sentences of the grammar for real, at random; `of` lets a real model speak; `saying` says one
text, whatever the grammar: a server that ignores it. `then` tells it to misbehave.

    with LanguageServer(walking()) as server:
        adapters.language_server.LanguageServer(server.url, MODEL).complete(prompts)
"""

from __future__ import annotations

import json
import math
import random
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from llguidance import LLMatcher, LLTokenizer

from processors.advisers import LanguageModel
from processors.stage import Prompt
from tests.model_server import Behaviour, ModelServer, Wrong, completion

__all__ = [
    "DIGEST",
    "MODEL",
    "Behaviour",
    "LanguageServer",
    "Request",
    "Said",
    "Speak",
    "completion",
    "of",
    "saying",
    "walking",
]

MODEL = "mistralai/Mistral-Small-3.2-24B-Instruct-2506"
#: sha256 of the weights that the server tells of
DIGEST = "0123456789abcdef" * 4


@dataclass(frozen=True)
class Request:
    """A request that is right in every respect."""

    messages: Sequence[Mapping[str, str]]
    grammar: str
    most_tokens: int


@dataclass(frozen=True)
class Said:
    """What a model says: each token's bytes and figure."""

    tokens: Sequence[tuple[bytes, float]]
    finished: bool = True

    @property
    def text(self) -> str:
        return b"".join(spelt for spelt, _ in self.tokens).decode("utf-8", "replace")


Speak = Callable[[Request], Said]


class LanguageServer(ModelServer):
    """The server, running inside a `with`."""

    def __init__(self, speak: Speak, key: str = "", digest: str = DIGEST, port: int = 0) -> None:
        listed = {"id": MODEL, "object": "model", "owned_by": "vllm", "root": MODEL, "max_model_len": 32_768}
        models = {"object": "list", "data": [listed | ({"digest": digest} if digest else {})]}
        super().__init__(key=key, models=(200, models), port=port)
        self.speak = speak
        #: how many requests were under way at the same time, at most
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()

    def reply(self, untrusted_body: bytes) -> dict[str, Any]:
        with self._lock:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            said = self.speak(request_in(untrusted_body))
        finally:
            with self._lock:
                self._at_once -= 1
        # vLLM tells of the token that ends the answer too.
        told = [*said.tokens, (b"</s>", -0.01)] if said.finished else said.tokens
        content = [
            {
                "token": spelt.decode("utf-8", "replace"),
                "logprob": max(figure, -9999.0),
                "bytes": list(spelt),
                "top_logprobs": [],
            }
            for spelt, figure in told
        ]
        finish = "stop" if said.finished else "length"
        return completion(said.text, finish, model=MODEL, logprobs={"content": content})


def request_in(untrusted_body: bytes) -> Request:
    """The prompt in a request that is right in every respect.

    Raises:
        Wrong: it is not.
    """
    try:
        asked = json.loads(untrusted_body)
        messages, structured = asked["messages"], asked["structured_outputs"]
        checks = {
            "model": asked["model"] == MODEL,
            "temperature": asked["temperature"] == 0,
            "seed": isinstance(asked["seed"], int),
            "logprobs": asked["logprobs"] is True,
            "max_tokens": 1 <= asked["max_tokens"] <= 16_384,
            "stream": asked["stream"] is False,
            "n": asked["n"] == 1,
            "one form": list(structured) == ["grammar"] and "response_format" not in asked,
            # In vLLM's "auto" only this keeps xgrammar from a compilation of gigabytes.
            "llguidance": structured["grammar"].startswith("%llguidance {}\n"),
            "roles": messages[-1]["role"] == "user"
            and all(one["role"] in ("system", "user", "assistant") for one in messages),
            "texts": all(isinstance(one["content"], str) for one in messages),
        }
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise Wrong(f"not a prompt with a grammar: {type(error).__name__}") from error
    if wrong := [name for name, right in checks.items() if not right]:
        raise Wrong(f"wrong in the request: {', '.join(wrong)}")
    if problem := LLMatcher.validate_grammar(LLMatcher.grammar_from_lark(structured["grammar"])):
        raise Wrong(f"no grammar: {problem}")
    return Request(messages, structured["grammar"], asked["max_tokens"])


def saying(text: str) -> Speak:
    """Says one text, a word a token, whatever the grammar."""
    tokens = [(f"{word} ".encode(), -0.1) for word in text.split(" ")]
    tokens[-1] = (tokens[-1][0][:-1], -0.1)
    return lambda _: Said(tokens)


def walking(seed: int = 1) -> Speak:
    """Makes a sentence of the grammar at random, byte by byte; the same one for the same prompt."""
    tokenizer = LLTokenizer("byte")

    def speak(request: Request) -> Said:
        chance = random.Random(f"{seed} {request.messages} {request.grammar}")
        matcher = LLMatcher(tokenizer, LLMatcher.grammar_from_lark(request.grammar))
        tokens: list[tuple[bytes, float]] = []
        while len(tokens) < request.most_tokens:
            allowed = np.flatnonzero(np.frombuffer(matcher.compute_logit_bias(), dtype=np.uint8))
            chosen = int(chance.choice(allowed))
            if chosen == tokenizer.eos_token:
                return Said(tokens)
            assert matcher.consume_token(chosen), matcher.get_error()
            tokens.append((bytes([chosen]), -math.log(len(allowed))))
            if matcher.is_stopped():
                return Said(tokens)
        return Said(tokens, finished=matcher.is_accepting())

    return speak


def of(model: LanguageModel) -> Speak:
    """Lets a model of ours speak, one request after the other."""
    lock = threading.Lock()

    def speak(request: Request) -> Said:
        with lock, tempfile.TemporaryDirectory() as folder:
            messages, grammar = Path(folder, "messages"), Path(folder, "grammar")
            messages.write_text(json.dumps(request.messages))
            grammar.write_text(request.grammar)
            (said,) = model.complete([Prompt("one", messages, grammar, request.most_tokens)])
        return Said([(text.encode(), figure) for text, figure in said.tokens], said.finished)

    return speak
