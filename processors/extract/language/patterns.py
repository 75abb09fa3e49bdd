"""Python's expressions in the terms of llguidance, as far as it can say them.

What it cannot say is left out: the grammar is then wider than the field, and grounding checks the whole expression.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from llguidance import LLMatcher

_AHEAD: Final = ("(?=", "(?!")
_BEHIND: Final = ("(?<=", "(?<!")
#: a class of characters that is no complement
_CLASS: Final = re.compile(r"\[[^]^\\[][^]\\[]*\]")


@lru_cache(maxsize=4096)
def terms(pattern: str) -> tuple[str, ...]:
    """Expressions between slashes that a text matches if it matches `pattern` as a whole; none = any text.

    A look-ahead at the beginning, "(?=a)b", is an intersection. Of what must not follow only characters are said,
    "(?![a-z])": llguidance needs seconds for the complement of more. What must not stand before or behind the whole
    text never does.
    """
    if any(c == "|" and depth == 0 for _, c, depth in _outside_classes(pattern)):
        return _accepted([_slashed(pattern)])  # a look-ahead would be that of one alternative
    made, rest = [], pattern
    while (ahead := rest.startswith(_AHEAD)) or rest.startswith(_BEHIND[1]):
        end = _closing(rest)
        inside = rest[3:end]
        if ahead and rest[2] == "=":
            made.append(_slashed(f"(?:{inside})") + "(.|\\n)*")
        elif ahead and _CLASS.fullmatch(inside):
            made.append(_slashed(f"[^{inside[1:]}") + "(.|\\n)*")
        rest = rest[end + 1 :]
    last = rest.rfind("(?!")
    if last > 0 and _closing(rest[last:]) == len(rest) - last - 1:
        rest = rest[:last]
    return _accepted([*made, _slashed(rest)])


def _accepted(bodies: list[str]) -> tuple[str, ...]:
    found = (f"/{body}/" for body in bodies)
    return tuple(one for one in found if not LLMatcher.validate_grammar(f"%llguidance {{}}\nstart: T\nT: {one}\n"))


def _closing(text: str) -> int:
    """Where the group that opens at the beginning closes."""
    return next((at for at, c, depth in _outside_classes(text) if c == ")" and depth == 0), len(text))


def _outside_classes(text: str) -> Iterator[tuple[int, str, int]]:
    """Place, character and depth in groups (of a bracket: outside of it); no escapes, no classes of characters."""
    depth, klass, at = 0, False, 0
    while at < len(text):
        c = text[at]
        if c == "\\":
            at += 1
        elif klass:
            klass = c != "]"
        elif c == "[":
            klass = True
            # "]" directly behind the opening is a member
            at += 2 if text[at + 1 : at + 3] == "^]" else 1 if text[at + 1 : at + 2] == "]" else 0
        else:
            depth -= c == ")"
            yield at, c, depth
            depth += c == "("
        at += 1


def _slashed(expression: str) -> str:
    """With its slashes escaped, since they would end it."""
    return re.sub(r"(?<!\\)((?:\\\\)*)/", r"\1\/", expression)
