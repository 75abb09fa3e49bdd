"""What a language model behind a server is asked, and what it must answer: chat completions as vLLM speaks them.

The grammar travels in vLLM's own field, `structured_outputs`; OpenAI's protocol has none for it.
"""

from __future__ import annotations

import codecs
import json
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from processors.completions import MOST_TOKENS
from processors.errors import StageFailed
from processors.stage import Completion, Prompt

#: Bytes of a prompt's two files at most: a window of 3,000 words is some 60 kB in each.
MOST_ASKED: Final = 4 * 1024 * 1024
#: Bytes of the list of models at most.
MOST_LIST: Final = 1024 * 1024
#: A token in an answer is its text, its bytes as numbers and its figure: 100 to 700 bytes.
_BYTES_PER_TOKEN: Final = 1024
_ENVELOPE: Final = 64 * 1024
#: The answer is to be the same each time, as far as the server can.
_SEED: Final = 0
_ROLES: Final = ("system", "user", "assistant")
_DIGEST: Final = re.compile(r"(?:sha256:)?([0-9a-f]{64})")


class NoAnswer(ValueError):
    """The body of an answer that cannot be used; the text says why and quotes nothing of it."""


def grammar(prompt: Prompt) -> str:
    """The grammar of a prompt.

    Raises:
        StageFailed: the file is none that may be sent.
    """
    try:
        return _content(prompt.grammar).decode("utf-8")
    except UnicodeDecodeError:
        raise StageFailed("a prompt's grammar is no text") from None


def request(model: str, prompt: Prompt) -> dict[str, Any]:
    """The body of a request for one prompt.

    Raises:
        StageFailed: the prompt is none that may be sent.
    """
    try:
        messages = json.loads(_content(prompt.messages))
        fine = bool(messages) and all(
            set(one) == {"role", "content"} and one["role"] in _ROLES and isinstance(one["content"], str)
            for one in messages
        )
    except (ValueError, TypeError, RecursionError):
        fine = False
    if not fine:
        raise StageFailed("a prompt's messages are none")
    if not 0 < prompt.most_tokens <= MOST_TOKENS:
        raise StageFailed("a prompt asks for no tokens, or for too many")
    return body(model, messages, grammar(prompt), prompt.most_tokens)


def body(model: str, messages: Sequence[Mapping[str, str]], lark: str, most_tokens: int) -> dict[str, Any]:
    """The body of a request."""
    return {
        "model": model,
        "messages": messages,
        "structured_outputs": {"grammar": lark},
        "max_tokens": most_tokens,
        "temperature": 0,
        "seed": _SEED,
        "logprobs": True,
        "n": 1,
        "stream": False,
    }


def most_bytes(most_tokens: int) -> int:
    """Bytes of an answer of so many tokens at most."""
    return _ENVELOPE + _BYTES_PER_TOKEN * most_tokens


def answer(untrusted_body: bytes) -> Completion:
    """The completion in the body of an answer. Its text stays untrusted; it can be written as UTF-8.

    Raises:
        NoAnswer: the body has another shape, or the model stopped for another reason than its end or the limit.
    """
    try:
        choice = json.loads(untrusted_body)["choices"][0]
        finish, untrusted_text = choice["finish_reason"], choice["message"]["content"]
        logprobs = choice.get("logprobs")
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        # Not chained: the error may quote the document.
        raise NoAnswer("its answer is no chat completion") from None
    if finish not in ("stop", "length"):
        raise NoAnswer("it stopped for a reason that is neither its end nor the limit of tokens")
    if not isinstance(untrusted_text, str):
        raise NoAnswer("its answer is no text")
    # JSON may hold half a surrogate pair, which no file can.
    text = untrusted_text.encode("utf-8", "replace").decode("utf-8")
    finished = finish == "stop"
    if not finished:
        # The limit may fall into a character; what is there of it comes as a sign that nobody printed.
        text = text.rstrip("\ufffd")
    return Completion(text, _spelling(text, logprobs), finished)


def digests(untrusted_body: bytes) -> dict[str, str]:
    """The names of the models that a server lists, each with the digest of its weights where it tells one, or "".

    OpenAI's protocol has no field for it, and vLLM tells none; a server of the site's own may, as "digest".

    Raises:
        NoAnswer: the body has another shape.
    """
    try:
        listed = {one["id"]: one.get("digest") for one in json.loads(untrusted_body)["data"]}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise NoAnswer("its list of models is none") from None
    return {str(name): _digest(told) for name, told in listed.items()}


def _digest(untrusted: object) -> str:
    match = _DIGEST.fullmatch(untrusted) if isinstance(untrusted, str) else None
    return match[1] if match else ""


def _content(path: Path) -> bytes:
    if path.stat().st_size > MOST_ASKED:
        raise StageFailed("a prompt is too large")
    return path.read_bytes()


def _spelling(text: str, untrusted_logprobs: Any) -> tuple[tuple[str, float], ...]:
    """The tokens that spell the text, with their figures; none where they do not, or a figure is no logarithm."""
    decode = codecs.getincrementaldecoder("utf-8")("replace").decode
    tokens: list[tuple[str, float]] = []
    left = len(text)
    try:
        for entry in untrusted_logprobs["content"]:
            if not left:
                break  # what follows is the token that ends the answer
            # A token may be a part of a character: the text comes with the token that completes it.
            spelt = entry.get("bytes")
            part = decode(bytes(spelt) if isinstance(spelt, list) else entry["token"].encode("utf-8", "replace"))
            logarithm = float(entry["logprob"])
            if not math.isfinite(logarithm):
                return ()
            # A cut in the middle of a character leaves a token without text at the end.
            tokens.append((part[:left], min(logarithm, 0.0)))
            left -= len(tokens[-1][0])
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return ()
    return tuple(tokens) if "".join(part for part, _ in tokens) == text else ()
