"""What every part of the lint needs: keywords with their content, places, and what may have been meant."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import lru_cache
from itertools import takewhile
from typing import Any

from jsonschema import Draft202012Validator

#: place as a JSON pointer, and what is wrong there
Found = Iterator[tuple[str, str]]


def keywords(node: dict[str, Any], known: dict[str, Any], words: frozenset[str], place: str) -> Found:
    """Unknown keywords, and known ones with a content that does not fit; plain JSON Schema words pass on fields."""
    for key, content in node.items():
        if key in known:
            yield from unfit(content, known[key], f"{place}/{key}")
        elif key.startswith("x-") or (words and key not in words):
            yield f"{place}/{key}", f"is an unknown keyword{mean(key, [*known, *words])}"


def unfit(content: object, schema: dict[str, Any], place: str) -> Found:
    """What does not fit a small schema of ours."""
    for error in _validator(json.dumps(schema)).iter_errors(content):
        yield f"{place}{pointer(error.absolute_path)}", f"{error.message}; see the README beside it"


@lru_cache(maxsize=128)
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema))


def pointer(path: Iterable[object]) -> str:
    """A place as a JSON pointer."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def mean(word: str, known: Iterable[str]) -> str:
    """What may have been meant by an unknown word, or what to do about it."""
    close = get_close_matches(word, list(known), n=3, cutoff=0.6)
    best = max(close, key=lambda one: _beginning(word, one), default="")
    return f"; did you mean {best!r}?" if best else "; remove it, or add it to the README and the lint"


def _beginning(a: str, b: str) -> int:
    """How many letters two words begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False)))
