"""What a PromQL expression asks for: metrics, matchers, and the labels that it groups by.

Not the language: tokens are enough for that. A live test compares the answers with those of Prometheus' own parser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"""(?P<blank>\s+|\#[^\n]*)
      | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | (?P<number>\d[\w.]*)
      | (?P<name>[a-zA-Z_:][\w:]*)
      | (?P<sign>=~|!~|!=|==|<=|>=|[-+*/%^=<>(){}\[\],:@])""",
    re.VERBOSE,
)
#: followed by labels in brackets
_LISTS = frozenset({"by", "without", "on", "ignoring", "group_left", "group_right"})
_WORDS = _LISTS | {"and", "or", "unless", "bool", "offset", "inf", "nan"}


class UnreadableError(Exception):
    """No PromQL, or more of it than is understood here."""


@dataclass(frozen=True)
class Matcher:
    """A condition on one label."""

    label: str
    sign: str
    value: str


@dataclass(frozen=True)
class Selector:
    """A metric with its matchers."""

    metric: str
    matchers: tuple[Matcher, ...] = ()


@dataclass
class Question:
    """What one expression asks for."""

    selectors: list[Selector] = field(default_factory=list)
    #: labels that it groups by, matches on or takes along
    grouped: set[str] = field(default_factory=set)
    #: labels that `label_replace` makes, and those that it reads
    made: set[str] = field(default_factory=set)
    read: set[str] = field(default_factory=set)
    #: whether anything is summed up: then only `grouped` and `made` are left
    aggregates: bool = False


def question(expression: str) -> Question:
    """Read an expression.

    Raises:
        UnreadableError: see there.
    """
    tokens = list(_tokens(expression))
    found, texts = Question(), []
    at = 0
    while at < len(tokens):
        kind, value = tokens[at]
        following = tokens[at + 1][1] if at + 1 < len(tokens) else ""
        if kind == "name" and value in _LISTS:
            if following == "(":
                at, names = _listed(tokens, at + 2)
                found.grouped |= names
            found.aggregates |= value in ("by", "without")
        elif kind == "name" and value not in _WORDS and following != "(":
            # `sum by (x) (…)`, too, is a name with something behind it.
            if following in _LISTS:
                found.aggregates = True
            elif following == "{":
                at, matchers = _matchers(tokens, at + 2)
                found.selectors.append(Selector(value, matchers))
            else:
                found.selectors.append(Selector(value))
        elif kind == "name" and value in ("sum", "max", "min", "avg", "count"):
            found.aggregates = True
        elif value == "{":
            raise UnreadableError(f"matchers without a metric: {expression}")
        elif kind == "text":
            texts.append(value[1:-1])
        at += 1
    # label_replace(…, made, replacement, read, pattern): nothing else here is handed texts
    if len(texts) % 4:
        raise UnreadableError(f"texts that are no label_replace's: {expression}")
    found.made |= set(texts[0::4])
    found.read |= set(texts[2::4]) - {""}
    return found


def _tokens(expression: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(expression):
        match = _TOKEN.match(expression, at)
        if match is None:
            raise UnreadableError(f"{expression[at:]!r} in {expression!r}")
        at = match.end()
        if match.lastgroup != "blank":
            yield str(match.lastgroup), match.group()


def _listed(tokens: list[tuple[str, str]], at: int) -> tuple[int, set[str]]:
    names = set()
    while tokens[at][1] != ")":
        if tokens[at][0] == "name":
            names.add(tokens[at][1])
        at += 1
    return at, names


def _matchers(tokens: list[tuple[str, str]], at: int) -> tuple[int, tuple[Matcher, ...]]:
    found = []
    while tokens[at][1] != "}":
        if tokens[at][1] != ",":
            (_, label), (_, sign), (_, value) = tokens[at : at + 3]
            found.append(Matcher(label, sign, value[1:-1]))
            at += 2
        at += 1
    return at, tuple(found)
