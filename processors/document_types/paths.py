"""Field paths: "total", "address/city", "party/0", "lines/0/amount"; a pattern has "*" in place of each number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

#: stands in a pattern for the number of an array's entry
ENTRY: Final = "*"


def is_number(step: str) -> bool:
    """Whether a step of a path is the number of an entry; names of fields begin with a letter."""
    return step.isascii() and step.isdecimal()


def pattern_of(path: str) -> str:
    """The pattern of a path: "lines/0/amount" is one of "lines/*/amount"."""
    return "/".join(ENTRY if is_number(step) else step for step in path.split("/"))


def walk(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Path and value of everything in a tree of objects and arrays that is neither of them nor null."""
    before = f"{path}/" if path else ""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from walk(inner, f"{before}{name}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from walk(inner, f"{before}{index}")
    elif value is not None:
        yield path, value


def found(value: object, pattern: str, path: str = "") -> Iterator[tuple[str, object]]:
    """Concrete path and value of all that a pattern names in a tree; None where a member is not there or null.

    An array that is null or no array has no entries.
    """
    step, _, rest = pattern.partition("/")
    if not step:
        yield path, value
        return
    before = f"{path}/" if path else ""
    if step == ENTRY:
        for index, inner in enumerate(value if isinstance(value, list) else ()):
            yield from found(inner, rest, f"{before}{index}")
    elif is_number(step):
        there = isinstance(value, list) and int(step) < len(value)
        yield from found(value[int(step)] if there else None, rest, f"{before}{step}")  # type: ignore[index]
    else:
        yield from found(value.get(step) if isinstance(value, dict) else None, rest, f"{before}{step}")


def is_empty(value: object) -> bool:
    """Whether there is nothing in a value: null, or objects and arrays of nulls."""
    return next(walk(value), None) is None
