"""A language model behind an OpenAI-compatible endpoint on the site's own network: vLLM with Mistral weights.

What its answers mean is not believed: each is held against the grammar once more. An answer that cannot be used is
the server's fault or that of one document, and a small question of our own tells which. A server at fault is
`DependencyUnavailable`: the stage waits. A document at fault is `StageFailed`: it must not hold up the others.
"""

from __future__ import annotations

import asyncio
import math
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Final

from processors.adapters import language_protocol as protocol
from processors.adapters.grammar_check import Grammar
from processors.adapters.model_server import Asked, ModelServer, Unusable
from processors.adapters.model_settings import is_named
from processors.config import Settings
from processors.errors import DependencyUnavailable, StageFailed
from processors.stage import Completion, Prompt

_WHAT: Final = "language server"
_CHAT: Final = "chat/completions"
#: Seconds for the questions that tell how the server is; they cost it a few tokens.
_TRIAL_SECONDS: Final = 30.0
_TRIAL_TOKENS: Final = 64
#: Prompts that are read from their files at a time, in so many rounds of those that are under way at once.
_ROUNDS: Final = 8


class LanguageServer:
    """See `ports.LanguageModel`. Not to be used from inside an event loop."""

    def __init__(
        self,
        url: str,
        model: str,
        *,
        key: str = "",
        ca: Path | None = None,
        seconds: float = 120.0,
        at_once: int = 8,
        digest: str = "",
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Connect to nothing yet.

        Args:
            url: of the endpoint, such as "http://gpu-1:8000/v1"
            model: its name there
            key: sent as a bearer token, where the endpoint asks for one
            ca: PEM file of the authorities that may vouch for it; None = this machine's
            seconds: for `at_once` prompts, all tries and pauses together; a document of more prompts has more
            at_once: prompts that are under way at the same time
            digest: sha256 that the server must tell of the weights, if it tells one; "" = any
            clock: seconds, never going back
            sleep: waits for so many seconds
        """
        self.name = f"{model.rstrip('/').rpartition('/')[2]} openai"
        #: see `ports.LanguageModel`; known after the first answer
        self.digest = ""
        self._model, self._seconds, self._at_once, self._expected = model, seconds, at_once, digest
        self._server = ModelServer(_WHAT, url, key=key, ca=ca, clock=clock, sleep=sleep)
        #: whether the server is the one that the settings mean; asked anew after each failure
        self._known = False

    def __repr__(self) -> str:
        return f"<LanguageServer {self.name}>"

    def complete(self, prompts: Sequence[Prompt]) -> Sequence[Completion]:
        """See `ports.LanguageModel`.

        Raises:
            DependencyUnavailable: no answer in time, or the server does not do what it is asked.
            StageFailed: the server is well, and one of these prompts cannot be answered.
        """
        said: list[Completion] = []
        # In parts, so that a document of a thousand windows does not lie here as one heap of text.
        size = self._at_once * _ROUNDS
        for first in range(0, len(prompts), size):
            said += self._part(prompts[first : first + size])
        return said

    def _part(self, prompts: Sequence[Prompt]) -> list[Completion]:
        questions = [
            Asked(_CHAT, protocol.request(self._model, prompt), protocol.most_bytes(prompt.most_tokens))
            for prompt in prompts
        ]
        seconds = self._seconds * math.ceil(len(prompts) / self._at_once)
        if not self._known:
            self.identify()
        try:
            bodies = self._server.ask(questions, seconds=seconds, at_once=self._at_once)
            return [self._read(body, prompt) for body, prompt in zip(bodies, prompts, strict=True)]
        except Unusable as error:
            self._known = False
            self.try_grammar()
            # The server is well: it is this document that it cannot do.
            raise StageFailed(error.detail) from None
        except DependencyUnavailable:
            self._known = False
            raise

    def give_up(self) -> None:
        """End all calls, also those that come, with `DependencyUnavailable`; from another thread."""
        self._server.give_up()

    def identify(self) -> None:
        """Make sure that the server has our model, and the weights that we expect where it tells.

        Raises:
            DependencyUnavailable: it does not answer, or has another.
        """
        asked = Asked("models", None, protocol.MOST_LIST)
        try:
            (body,) = self._server.ask([asked], seconds=min(self._seconds, _TRIAL_SECONDS))
            digests = protocol.digests(body)
        except protocol.NoAnswer as error:
            raise DependencyUnavailable(f"{_WHAT}: {error}") from None
        if self._model not in digests:
            raise DependencyUnavailable(f"{_WHAT}: it has no model of the name in CHANCERY_LANGUAGE_MODEL")
        self.digest = digests[self._model]
        if self._expected and self.digest and self.digest != self._expected:
            raise DependencyUnavailable(f"{_WHAT}: it has other weights than CHANCERY_LANGUAGE_DIGEST says")
        self._known = True

    def try_grammar(self) -> None:
        """Make sure that the server keeps to a grammar, by one whose only sentence nobody could guess.

        Raises:
            DependencyUnavailable: it does not answer, or with something else.
        """
        word = secrets.token_hex(4)
        messages = [{"role": "user", "content": "Answer with any word."}]
        lark = f'%llguidance {{}}\nstart: "trial-" "{word}"'
        body = protocol.body(self._model, messages, lark, _TRIAL_TOKENS)
        asked = Asked(_CHAT, body, protocol.most_bytes(_TRIAL_TOKENS))
        (answer,) = self._server.ask([asked], seconds=min(self._seconds, _TRIAL_SECONDS))
        try:
            said = protocol.answer(answer).untrusted_text
        except protocol.NoAnswer as error:
            raise DependencyUnavailable(f"{_WHAT}: {error}") from None
        if said != f"trial-{word}":
            raise DependencyUnavailable(f"{_WHAT}: it ignores the grammar (vLLM's field structured_outputs)")

    def _read(self, untrusted_body: bytes, prompt: Prompt) -> Completion:
        try:
            grammar = Grammar(protocol.grammar(prompt))
        except ValueError:
            raise StageFailed("a prompt's grammar is none") from None
        try:
            completion = protocol.answer(untrusted_body)
        except protocol.NoAnswer as error:
            raise self._server.unusable(str(error)) from None
        if not grammar.takes(completion.untrusted_text, whole=completion.finished):
            raise self._server.unusable("its answer is no sentence of the grammar")
        return completion


def from_settings(settings: Settings) -> LanguageServer | None:
    """The server that the settings name; None where they name none.

    Raises:
        SettingInvalid: one half is set without the other, or the address or key cannot be used.
    """
    if not is_named("LANGUAGE", settings.language_url, settings.language_model, settings.language_key):
        return None
    return LanguageServer(
        settings.language_url,
        settings.language_model,
        key=settings.language_key,
        ca=settings.language_ca,
        seconds=settings.language_seconds,
        at_once=settings.language_at_once,
        digest=settings.language_digest,
    )
