"""A document's values as a tree: setting one by its path, taking entries out of lists, and what moves then."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from processors.batch.reviews.errors import ValueRefused
from processors.document_types import FieldRule
from processors.document_types.paths import is_empty, is_number


def base(rules: tuple[FieldRule, ...], values: Mapping[str, Any]) -> dict[str, Any]:
    """A copy with every field that the type has, and no other; null where nothing was read.

    What was read by an older version of the type may be of another shape: that is left out, so that a person can
    give the value anew.
    """
    return {rule.name: _shaped(rule, values.get(rule.name)) for rule in rules}


def put(tree: dict[str, Any], path: str, value: object) -> None:
    """Set a value, making the objects and entries above it.

    Raises:
        ValueRefused: an entry of a list would leave a gap before it.
    """
    node: Any = tree
    for step, following in pairwise(path.split("/")):
        child = _child(node, step, path)
        if child is None:
            child = [] if is_number(following) else {}
            _set(node, step, child)
        node = child
    last = path.rpartition("/")[2]
    _child(node, last, path)
    _set(node, last, value)


def compacted(rules: tuple[FieldRule, ...], tree: dict[str, Any]) -> dict[str, str]:
    """Take empty entries out of lists, in place, and complete objects.

    Returns:
        Where each value and null has come to, by its path before; what was taken out is not there.
    """
    moves: dict[str, str] = {}
    _fill(rules, tree)
    _compact(tree, "", "", moves)
    return moves


def _shaped(rule: FieldRule, value: Any) -> Any:
    """A copy of what was read for a field; null where it is of another shape."""
    if not rule.many:
        return _shaped_one(rule, value)
    if not isinstance(value, list):
        return None
    # An entry keeps its number, since its evidence is told by it; empty ones are taken out later.
    return [_shaped_one(rule, one) for one in value]


def _shaped_one(rule: FieldRule, value: Any) -> Any:
    if rule.fields:
        return base(rule.fields, value) if isinstance(value, dict) else None
    return None if isinstance(value, dict | list) else copy.deepcopy(value)


def _child(node: Any, step: str, path: str) -> Any:
    if isinstance(node, list):
        if int(step) > len(node):
            raise ValueRefused(path, f"the list has {len(node)} entries; the next is number {len(node)}.")
        return node[int(step)] if int(step) < len(node) else None
    return node.get(step)


def _set(node: Any, step: str, value: object) -> None:
    if isinstance(node, list) and int(step) == len(node):
        node.append(value)
    else:
        node[int(step) if isinstance(node, list) else step] = value


def _fill(rules: tuple[FieldRule, ...], node: dict[str, Any]) -> None:
    for rule in rules:
        value = node.setdefault(rule.name, None)
        for one in value if isinstance(value, list) else (value,):
            if rule.fields and isinstance(one, dict):
                _fill(rule.fields, one)


def _compact(node: Any, old: str, new: str, moves: dict[str, str]) -> None:
    if isinstance(node, dict):
        for name, inner in node.items():
            _compact(inner, _joined(old, name), _joined(new, name), moves)
    elif isinstance(node, list):
        kept = [(number, one) for number, one in enumerate(node) if not is_empty(one)]
        node[:] = [one for _, one in kept]
        for place, (number, one) in enumerate(kept):
            _compact(one, _joined(old, str(number)), _joined(new, str(place)), moves)
    else:
        moves[old] = new


def _joined(before: str, step: str) -> str:
    return f"{before}/{step}" if before else step
