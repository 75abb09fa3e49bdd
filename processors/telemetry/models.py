"""What is told of questions to models behind an endpoint.

What a server says of its own tokens is not believed blindly: a number that no answer can have is left out.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from processors.errors import PipelineError
from processors.telemetry import metrics

#: As `adapters/` calls them.
_MODELS = {"language server": "language", "vision model": "vision"}
_KINDS = {"prompt": "prompt_tokens", "completion": "completion_tokens"}
#: More tokens than one question and its answer can have.
_MOST_TOKENS = 10_000_000


@contextmanager
def asking(what: str, path: str) -> Iterator[Callable[[bytes], bytes]]:
    """Count one question; hand the answer's body through what this gives. One that is given up is not counted.

    Args:
        what: the server, as errors call it
        path: below the endpoint; only what asks a model is a question
    """
    if not path.startswith("chat/"):
        yield lambda body: body
        return
    model, began = _MODELS.get(what, ""), time.monotonic()

    def answered(untrusted_body: bytes) -> bytes:
        metrics.count("chancery_model_requests_total", model=model, outcome="answered")
        metrics.observe("chancery_model_seconds", time.monotonic() - began, model=model)
        for kind, tokens in _tokens(untrusted_body).items():
            metrics.count("chancery_model_tokens_total", tokens, model=model, kind=kind)
        return untrusted_body

    try:
        yield answered
    except PipelineError:
        metrics.count("chancery_model_requests_total", model=model, outcome="failed")
        raise


def _tokens(untrusted_body: bytes) -> dict[str, int]:
    """How many tokens the server says it read and wrote; what is no such number is left out."""
    try:
        body: Any = json.loads(untrusted_body)
    except (ValueError, RecursionError):
        return {}
    usage = body.get("usage") if isinstance(body, dict) else None
    if not isinstance(usage, dict):
        return {}
    told = {kind: usage.get(name) for kind, name in _KINDS.items()}
    # A truth value is an int, too.
    return {kind: n for kind, n in told.items() if type(n) is int and 0 <= n <= _MOST_TOKENS}
