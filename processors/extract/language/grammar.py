"""The grammar of answers: JSON in a fixed form whose texts are pieces of the window, and nothing else.

Lark as llguidance reads it, with its `substring_chunks`: one automaton of the window's text serves every field, and
a field with a pattern is the intersection of the two. A model that keeps to it cannot invent; it can still choose
the wrong words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from llguidance import LLMatcher, LLParserLimits, LLTokenizer

from processors.extract.language.patterns import terms
from processors.extract.language.shape import Leaf, Many, Members, Node, leaves
from processors.extract.language.windows import BREAK, Window

#: Servers choose their engine by this first line: xgrammar refuses it and would take seconds and a gigabyte.
_HEAD: Final = "%llguidance {}"
#: what no value begins or ends with: blanks, closing marks at the front, opening ones at the back
_FRONT, _BACK, _ALONE = r"[^ \n)\]},;:]", r"[^ \n(\[{]", r"[^ \n)\]},;:(\[{]"
#: a number with nothing but marks around it; not "M8", and not "(40.00)", whose sign it is
_NUMERAL: Final = re.compile(r"[^\w(-]?(-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?)[^\w)]?", re.ASCII)
_BYTES: Final = LLTokenizer("byte")
#: characters before the first digit of a text that has one, "the thirty-first day of March, "
_BEFORE_DIGIT: Final = 40
#: what a matcher in this process needs for large vocabularies and windows; a server has its own, which take less
LIMITS: Final = LLParserLimits(
    initial_lexer_fuel=100_000_000,
    step_lexer_fuel=10_000_000,
    max_lexer_states=5_000_000,
    precompute_large_lexemes=False,
)


def grammar(shape: Members, window: Window, *, always_null: bool = True) -> str:
    """The grammar for a window.

    Args:
        shape: what the answer holds
        window: the text; values come from it alone
        always_null: every leaf may be null, and every list short, whatever the schema says: a window need not hold
            them. Else only where the schema allows it, or where nothing in the window fits.
    """
    some = any(chunk.strip() for chunk in window.chunks)
    bodies = {_terminal(leaf): "" for _, leaf in leaves(shape) if leaf.kind == "text"} if some else {}
    names = {body: f"T{number}" for number, body in enumerate(bodies)}
    possible = _possible(window, names)
    made = _Rules(window, always_null, {body: name for body, name in names.items() if name in possible})
    top = made.node(shape)
    return "\n".join([_HEAD, f"start: {top}", *made.lines()]) + "\n"


@dataclass
class _Rules:
    """Rules, each written once."""

    window: Window
    always_null: bool
    #: name of the terminal for each body that has a text in this window
    terminals: dict[str, str]
    rules: dict[str, str] = field(default_factory=dict)

    def lines(self) -> Iterator[str]:
        """The rules, then the terminals that they use."""
        yield from (f"{name}: {body}" for body, name in self.rules.items())
        if self.terminals:
            yield _substrings(self.window)
        yield from (f"{name}: {body}" for body, name in self.terminals.items())

    def node(self, node: Node) -> str:
        """The name of the rule for a node; equal nodes share one."""
        body = self._members(node) if isinstance(node, Members) else self._rest(node)
        return self.rules.setdefault(body, f"r{len(self.rules)}")

    def _rest(self, node: Leaf | Many) -> str:
        return self._list(node) if isinstance(node, Many) else self._leaf(node)

    def _members(self, node: Members) -> str:
        parts = []
        for nth, (name, member) in enumerate(node.members):
            key = f"{'{' if nth == 0 else ','}{json.dumps(name, ensure_ascii=False)}:"
            parts += [_literal(key), self.node(member)]
        return " ".join([*parts, _literal("}")])

    def _list(self, node: Many) -> str:
        nothing = isinstance(node.item, Leaf) and not list(self._values(node.item))
        if node.most == 0 or nothing:
            return _literal("[]")
        item = self.node(node.item)
        least = 0 if self.always_null or not self.window.chunks else node.least
        rest = f'("," {item}){{{max(least - 1, 0)},{node.most - 1}}}'
        full = f'"[" {item} {rest} "]"'
        return full if least else f"{_literal('[]')} | {full}"

    def _leaf(self, leaf: Leaf) -> str:
        some = list(self._values(leaf))
        if not some or self.always_null or leaf.null:
            some.append('"null"')
        return " | ".join(some)

    def _values(self, leaf: Leaf) -> Iterator[str]:
        """What it may be but null; nothing where the window has nothing that fits."""
        if leaf.kind == "boolean":
            yield '"true" | "false"'
        elif leaf.kind == "choice":
            yield from map(_literal, leaf.choices)
        elif leaf.kind in ("number", "integer"):
            yield from map(_literal, numerals(self.window, whole=leaf.kind == "integer"))
        elif name := self.terminals.get(_terminal(leaf)):
            yield f'"\\"" {name} "\\""'


def _terminal(leaf: Leaf) -> str:
    """What a leaf's texts are: part of the window, of a length, between proper edges, like the field's pattern."""
    if leaf.digit:
        # in one expression, since "has a digit" and "is so long" apart cost llguidance five times as much
        before = f"({_FRONT}[^0-9\\n]{{0,{_BEFORE_DIGIT}}})?"
        length = f"/{before}[0-9]([^\\n]{{0,{leaf.longest}}}{_BACK})?/"
    else:
        length = f"/{_FRONT}[^\\n]{{0,{leaf.longest - 2}}}{_BACK}|{_ALONE}/"
    looks = "".join(f" & {one}" for pattern in leaf.patterns for one in terms(pattern))
    return f"SUBRAW & {length}{looks}"


def _substrings(window: Window) -> str:
    """The automaton of the window's text; it lies inside JSON strings, so pieces are written as JSON has them."""
    chunks = [one if one == BREAK else json.dumps(one, ensure_ascii=False)[1:-1] for one in window.chunks]
    return f"SUBRAW: %regex {json.dumps({'substring_chunks': chunks}, ensure_ascii=False)}"


def _possible(window: Window, terminals: Mapping[str, str]) -> set[str]:
    """The names of those terminals of which the window has a text: any other would be a dead end in an answer."""
    if not terminals:
        return set()
    # behind each name its texts, or a character that no text has: where that one stands alone, there are no texts
    start = " | ".join(f'"{name} " ({name} | "\\u0001")' for name in terminals.values())
    bodies = [f"{name}: {body}" for body, name in terminals.items()]
    fresh = LLMatcher(_BYTES, "\n".join([_HEAD, f"start: {start}", _substrings(window), *bodies]), limits=LIMITS)
    found = set()
    for name in terminals.values():
        matcher = fresh.deep_copy()
        matcher.consume_tokens(list(f"{name} ".encode()))
        if int.from_bytes(matcher.compute_bitmask(), "little").bit_count() > 1:
            found.add(name)
    return found


def numerals(window: Window, *, whole: bool) -> list[str]:
    """The numbers that stand in the window, as JSON writes them, in reading order."""
    found = dict.fromkeys(filter(None, map(numeral, window.chunks)))
    return [number for number in found if not (whole and "." in number)]


def numeral(chunk: str) -> str:
    """The number that a piece of text is, as JSON has it: "1,200.50" is 1200.50; "" for anything else."""
    match = _NUMERAL.fullmatch(chunk)
    number = match[1].replace(",", "") if match else ""
    # a code with leading zeros is no number
    return number if re.fullmatch(r"-?(?:0|[1-9]\d{0,17})(?:\.\d+)?", number) else ""


def _literal(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
