"""What an answer looks like, from a type's JSON Schema: a tree of members, lists and leaves.

A leaf is what the model *reads*, not what the schema wants in the end: a field with a normaliser is a text of the
document ("$5,625.00"), whatever its value becomes ("5625.00"). Only a schema without our keywords has numbers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from processors.extract.language.schema_patterns import printed_patterns

Kind = Literal["text", "number", "integer", "boolean", "choice"]

#: characters of a text of the document at most, by normaliser; what the schema allows counts for free text alone
_LONGEST: Final = {
    "date": 60,
    "amount": 40,
    "integer": 40,
    "duration": 60,
    "identifier": 80,
    "registered_id": 60,
    "phone": 40,
}
#: without `maxLength`, and the most that `maxLength` may ask for
_LONG: Final = 160
_LONGEST_TEXT: Final = 400
#: items of a list without `maxItems`
_MOST_ITEMS: Final = 24
#: a text that is to become such a value has a digit, where the field's own pattern says nothing
_DIGIT: Final = frozenset({"date", "amount", "integer", "phone"})


@dataclass(frozen=True)
class Leaf:
    """One value."""

    kind: Kind
    description: str = ""
    #: printed wordings that stand by the value
    labels: tuple[str, ...] = ()
    normaliser: str = ""
    #: expressions that the text must match as a whole; all of them
    patterns: tuple[str, ...] = ()
    longest: int = _LONG
    #: whether it has a digit
    digit: bool = False
    #: of a choice: the values, as JSON
    choices: tuple[str, ...] = ()
    #: whether the schema lets it be null or absent
    null: bool = True
    #: the last page on which it may stand; 0 = any
    last_page: int = 0


@dataclass(frozen=True)
class Many:
    """A list."""

    item: Node
    least: int
    most: int
    description: str = ""
    null: bool = False


@dataclass(frozen=True)
class Members:
    """An object; the order of its members is fixed."""

    members: tuple[tuple[str, Node], ...]
    description: str = ""
    null: bool = False


Node = Leaf | Many | Members


def shape(schema: Mapping[str, Any]) -> Members:
    """The shape of answers for a type.

    Raises:
        ValueError: the schema uses a word that is not understood; the message names the place.
    """
    made = _node(schema, "", required=True)
    if not isinstance(made, Members):
        raise ValueError("the schema of a type must be an object")
    return made


def leaves(node: Node, path: str = "") -> Iterator[tuple[str, Leaf]]:
    """All leaves with their paths, "lines/*/amount" for one in a list."""
    if isinstance(node, Leaf):
        yield path, node
    elif isinstance(node, Many):
        yield from leaves(node.item, f"{path}/*")
    else:
        for name, member in node.members:
            yield from leaves(member, f"{path}/{name}" if path else name)


def on_pages_from(node: Members, first: int) -> Members | None:
    """Without the leaves that stand on an earlier page than `first`; None if nothing is left."""
    kept = _from(node, first)
    return kept if isinstance(kept, Members) else None


def _from(node: Node, first: int) -> Node | None:
    if isinstance(node, Leaf):
        return None if 0 < node.last_page < first else node
    if isinstance(node, Many):
        item = _from(node.item, first)
        return None if item is None else replace(node, item=item)
    members = [(name, kept) for name, one in node.members if (kept := _from(one, first)) is not None]
    return replace(node, members=tuple(members)) if members else None


def groups(node: Members, most: int) -> list[Members]:
    """The shape in parts of at most `most` leaves, in order; together they have every leaf once.

    A list is never cut: nothing would say which items of two answers belong together.
    """
    made: list[list[tuple[str, Node]]] = [[]]
    room = most
    for name, member in node.members:
        size = sum(1 for _ in leaves(member))
        if isinstance(member, Members) and size > most:
            made += [[(name, part)] for part in groups(member, most)]
            room = 0
        elif size > room and made[-1]:
            made.append([(name, member)])
            room = most - size
        else:
            made[-1].append((name, member))
            room -= size
    return [replace(node, members=tuple(members)) for members in made if members]


def answer_schema(node: Node) -> dict[str, Any]:
    """The JSON Schema of every answer: each leaf may be null, since a window need not hold it."""
    if isinstance(node, Members):
        names = [name for name, _ in node.members]
        made: dict[str, Any] = {
            "type": "object",
            "properties": {name: answer_schema(one) for name, one in node.members},
            "required": names,
            "additionalProperties": False,
        }
    elif isinstance(node, Many):
        made = {"type": "array", "items": answer_schema(node.item), "maxItems": node.most}
    elif node.kind == "choice":
        return {"enum": [*(json.loads(choice) for choice in node.choices), None]}
    else:
        kind = "string" if node.kind == "text" else node.kind
        return {"type": [kind, "null"], **({"minLength": 1} if kind == "string" else {})}
    return made


def _node(schema: Mapping[str, Any], place: str, *, required: bool) -> Node:
    schema, null = _without_null(schema, place)
    null = null or not required
    described = schema.get("description", "")
    kind = schema.get("type", "string" if "x-normaliser" in schema else None)
    if kind == "array":
        # a normaliser beside "array" is that of the items
        inherited = {key: value for key, value in schema.items() if key.startswith("x-") or key == "description"}
        item = _node({**inherited, **schema.get("items", {})}, f"{place}/items", required=False)
        least = int(schema.get("minItems", 0))
        most = min(int(schema.get("maxItems", _MOST_ITEMS)), max(_MOST_ITEMS, least))
        return Many(_never_null(item), least, most, described, null)
    if kind == "object":
        wanted = set(schema.get("required", ()))
        members = tuple(
            (name, _node(one, f"{place}/{name}", required=name in wanted))
            for name, one in schema.get("properties", {}).items()
        )
        if not members and place:
            raise ValueError(f"{place}: an object without properties cannot be read")
        return Members(members, described, null)
    return _leaf(schema, kind, place, null=null)


def _leaf(schema: Mapping[str, Any], kind: object, place: str, *, null: bool) -> Leaf:
    normaliser = schema.get("x-normaliser", "")
    made = Leaf(
        kind="text",
        description=schema.get("description", ""),
        labels=tuple(schema.get("x-labels", ())),
        normaliser=normaliser,
        null=null,
        last_page=int(schema.get("x-last-page", 0)),
    )
    values = [one for one in schema.get("enum", [schema["const"]] if "const" in schema else []) if one is not None]
    if values and not normaliser:
        choices = tuple(json.dumps(one, ensure_ascii=False) for one in values)
        return replace(made, kind="choice", choices=choices)
    if kind in ("number", "integer", "boolean") and not normaliser:
        return replace(made, kind=kind)
    if kind != "string" and not normaliser:
        raise ValueError(f"{place or '/'}: type {kind!r} cannot be read")
    longest = min(int(schema.get("maxLength", _LONG)), _LONGEST_TEXT)
    patterns = printed_patterns(schema, normaliser)
    digit = normaliser in _DIGIT and not patterns
    return replace(made, patterns=patterns, digit=digit, longest=_LONGEST.get(normaliser, longest))


def _without_null(schema: Mapping[str, Any], place: str) -> tuple[Mapping[str, Any], bool]:
    """The schema of what is not null, and whether null is allowed."""
    for word in ("$ref", "allOf", "oneOf", "patternProperties", "prefixItems", "if"):
        if word in schema:
            raise ValueError(f"{place or '/'}: {word} cannot be read")
    if "anyOf" in schema:
        others = [one for one in schema["anyOf"] if one.get("type") != "null"]
        if len(others) != 1 or len(others) == len(schema["anyOf"]):
            raise ValueError(f"{place or '/'}: anyOf is understood for one schema or null only")
        rest = {key: value for key, value in schema.items() if key != "anyOf"}
        return {**rest, **others[0]}, True
    kinds = schema.get("type")
    if isinstance(kinds, list):
        others = [one for one in kinds if one != "null"]
        if len(others) != 1:
            raise ValueError(f"{place or '/'}: one type, or one and null")
        return {**schema, "type": others[0]}, "null" in kinds
    return schema, None in schema.get("enum", ())


def _never_null(item: Node) -> Node:
    """An item of a list that is not there is left out."""
    return replace(item, null=False)
