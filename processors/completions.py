"""The file in which the runtime hands a language model's answer to the stage that asked it, as JSON."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from processors.stage import Completion

#: Tokens of one answer at most. A page's fields are some hundred tokens, a long table some thousand.
MOST_TOKENS: Final = 16_384
#: Bytes of the file at most: each character stands in it twice, and each token with its figures.
MOST_BYTES: Final = 16 * 1024 * 1024


@dataclass(frozen=True)
class Attributed:
    """A completion and who said it, for the provenance."""

    completion: Completion
    #: such as "mistral-small-3.2 openai"
    model: str = ""
    #: sha256 over its weights; "" where nobody tells it
    digest: str = ""


class NoCompletion(ValueError):
    """No completion, or one that is too large; the text quotes nothing of it."""


def write(said: Attributed, to: Path) -> None:
    """Write a completion as JSON (UTF-8).

    Raises:
        NoCompletion: it is larger than a completion may be, or has a figure that is no probability.
    """
    completion = said.completion
    record = {
        "text": completion.untrusted_text,
        "tokens": completion.tokens,
        "finished": completion.finished,
        "outside": completion.outside,
        "model": said.model,
        "digest": said.digest,
    }
    # JSON may hold half a surrogate pair, which no file can.
    written = json.dumps(record, ensure_ascii=False).encode("utf-8", "replace")
    if len(written) > MOST_BYTES:
        raise NoCompletion("too large")
    _read(written)
    to.write_bytes(written)


def read(path: Path) -> Attributed:
    """What `write` wrote.

    Raises:
        NoCompletion: the file holds something else.
        OSError: there is no such file.
    """
    if path.stat().st_size > MOST_BYTES:
        raise NoCompletion("too large")
    return _read(path.read_bytes())


def _read(untrusted: bytes) -> Attributed:
    try:
        record: Any = json.loads(untrusted)
        completion = Completion(
            _string(record["text"]),
            tuple((_string(text), _figure(logarithm, -math.inf, 0)) for text, logarithm in record["tokens"]),
            finished=bool(record["finished"]),
            outside=tuple(_figure(one, 0, 1) for one in record["outside"]),
        )
        said = Attributed(completion, _string(record["model"]), _string(record["digest"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        # Not chained: the error may quote the document.
        raise NoCompletion("another shape, or a figure that is no probability") from None
    if max(len(completion.tokens), len(completion.outside)) > MOST_TOKENS:
        raise NoCompletion("too many tokens")
    return said


def _string(untrusted: object) -> str:
    if not isinstance(untrusted, str):
        raise TypeError
    return untrusted


def _figure(untrusted: object, least: float, most: float) -> float:
    if isinstance(untrusted, bool) or not isinstance(untrusted, int | float):
        raise TypeError
    # Written so that "not a number" is refused too.
    if not (math.isfinite(untrusted) and least <= untrusted <= most):
        raise ValueError
    return float(untrusted)
