"""What a model said, as proposals: each text found again on its page, with a score from the tokens' probabilities.

Nothing that a model says can raise an error here: an answer that is not of the form proposes nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from processors.extract.language.places import Placing
from processors.extract.language.scores import score
from processors.extract.language.shape import Leaf, Many, Members, Node
from processors.extract.language.windows import Window
from processors.extract.reader import Proposal
from processors.stage import Completion

#: a JSON string (with a colon: a key), number or literal
_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"(?P<key>:)?|-?\d[\d.eE+-]*|true|false|null', re.DOTALL)


@dataclass(frozen=True)
class Said:
    """A value in an answer."""

    #: such as "lines/0/amount"
    path: str
    leaf: Leaf
    #: of a number as JSON has it, else as the document has it
    text: str
    score: float


def proposals(completion: Completion, shape: Members, window: Window) -> list[Proposal]:
    """The values of an answer that stand in the window, with their words."""
    placing = Placing(window)
    made = []
    for said in values(completion, shape):
        place = placing.choose(said.text, said.leaf)
        if place is not None:
            made.append(Proposal(said.path, place.page, place.words, place.text, said.score, reader="language"))
    return made


def values(completion: Completion, shape: Members) -> list[Said]:
    """The values of an answer, in its order; none at all if it is cut short or not of the shape."""
    return _values(completion, shape) or []


def whole(completion: Completion, shape: Members) -> bool:
    """Whether an answer says something of every value that was asked for, be it that there is none."""
    return _values(completion, shape) is not None


def _values(completion: Completion, shape: Members) -> list[Said] | None:
    """None of an answer that is cut short or not of the shape."""
    untrusted_text = completion.untrusted_text
    try:
        untrusted = json.loads(untrusted_text, object_pairs_hook=_object)
    except (ValueError, RecursionError):
        return None
    spans = [match.span() for match in _TOKEN.finditer(untrusted_text) if not match["key"]]
    found = _walk(untrusted, shape, "")
    if not completion.finished or found is None or len(found) != len(spans):
        return None
    return [
        Said(path, leaf, text, score(completion, *span))
        for (path, leaf, text), span in zip(found, spans, strict=True)
        if text
    ]


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key twice")
    return made


def _walk(untrusted: Any, node: Node, path: str) -> list[tuple[str, Leaf, str]] | None:
    """Path, leaf and text ("" for null) of each value in order; None if the answer is not of the shape."""
    if isinstance(node, Leaf):
        text = _text(untrusted, node)
        return None if text is None else [(path, node, text)]
    parts: Sequence[tuple[Any, Node, str]]
    if isinstance(node, Many):
        if not isinstance(untrusted, list) or len(untrusted) > node.most:
            return None
        parts = [(one, node.item, f"{path}/{nth}") for nth, one in enumerate(untrusted)]
    else:
        if not isinstance(untrusted, dict) or list(untrusted) != [name for name, _ in node.members]:
            return None
        parts = [(untrusted[name], one, f"{path}/{name}" if path else name) for name, one in node.members]
    found: list[tuple[str, Leaf, str]] = []
    for one, its, where in parts:
        inside = _walk(one, its, where)
        if inside is None:
            return None
        found += inside
    return found


def _text(untrusted: Any, leaf: Leaf) -> str | None:
    """A leaf's value as the document may have it, "" for null, None for what is no such value."""
    if untrusted is None:
        return ""
    if leaf.kind == "choice":
        return str(untrusted) if json.dumps(untrusted, ensure_ascii=False) in leaf.choices else None
    if leaf.kind == "boolean":
        # a yes or no stands on no page: it is an answer of the form, and proves nothing
        return "" if isinstance(untrusted, bool) else None
    if leaf.kind in ("number", "integer"):
        return (
            json.dumps(untrusted)
            if isinstance(untrusted, int | float) and not isinstance(untrusted, bool)
            else None
        )
    return untrusted if isinstance(untrusted, str) else None
