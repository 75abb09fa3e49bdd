"""What must hold between the fields of a type (`x-rules`): each kind of rule says which paths break it.

Paths are patterns: "*" stands for an entry of an array, for the same entry in all paths of a rule; only a sum adds
over all entries. What is not on the page breaks no rule but those that ask for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise, zip_longest
from typing import Any, Final

from processors.document_types.paths import ENTRY, found, is_empty

#: as the normalisers write numbers; more digits than Decimal counts without rounding are no amount
_PLAIN: Final = re.compile(r"-?\d{1,18}(\.\d{1,6})?", re.ASCII)

#: what two values of a path have in common if they are the same, for comparing; by the path's pattern
Key = Callable[[str, object], object]


@dataclass(frozen=True)
class Rule:
    """A rule with the name that people see when it is broken."""

    name: str

    @property
    def paths(self) -> tuple[str, ...]:
        """The patterns of all paths that it looks at."""
        raise NotImplementedError

    def broken(self, values: Mapping[str, Any], key: Key) -> Iterator[tuple[str, ...]]:
        """For each time that it does not hold, the paths that a person must look at."""
        for at in entries(values, common(self.paths)):
            paths = tuple(bound(path, at) for path in self.paths)
            yield from self._at(values, paths, key)

    def _at(self, values: Mapping[str, Any], paths: Sequence[str], key: Key) -> Iterator[tuple[str, ...]]:
        raise NotImplementedError


@dataclass(frozen=True)
class Sum(Rule):
    """A total is the sum of others, give or take; null adds nothing, and nothing is asked where all are null."""

    total: str
    of: tuple[str, ...]
    tolerance: Decimal

    @property
    def paths(self) -> tuple[str, ...]:
        """The total first."""
        return self.total, *self.of

    def broken(self, values: Mapping[str, Any], key: Key) -> Iterator[tuple[str, ...]]:
        """The totals that do not add up."""
        for at in entries(values, common((self.total,))):
            total, *of = (bound(path, at) for path in self.paths)
            wanted = _value(values, total)
            parts = [part for path in of for _, part in found(values, path) if part is not None]
            if wanted is None or not parts:
                continue
            numbers = [_number(part) for part in (wanted, *parts)]
            sure = [number for number in numbers if number is not None]
            if len(sure) < len(numbers) or abs(sure[0] - sum(sure[1:], Decimal(0))) > self.tolerance:
                yield (total,)


@dataclass(frozen=True)
class Order(Rule):
    """Dates or numbers do not fall from one to the next."""

    fields: tuple[str, ...]
    #: whether they must rise
    strict: bool

    @property
    def paths(self) -> tuple[str, ...]:
        """In their order."""
        return self.fields

    def _at(self, values: Mapping[str, Any], paths: Sequence[str], key: Key) -> Iterator[tuple[str, ...]]:
        there = [(path, value) for path in paths if (value := _value(values, path)) is not None]
        for (before, low), (after, high) in pairwise(there):
            if not _rises(low, high, strict=self.strict):
                yield before, after


@dataclass(frozen=True)
class RequiredIf(Rule):
    """A field must be there if another is, or has one of these values."""

    field: str
    condition: str
    #: empty = any value
    equals: tuple[str | int, ...]

    @property
    def paths(self) -> tuple[str, ...]:
        """The one that must be there first."""
        return self.field, self.condition

    def _at(self, values: Mapping[str, Any], paths: Sequence[str], key: Key) -> Iterator[tuple[str, ...]]:
        needed, condition = (_value(values, path) for path in paths)
        asked = condition in self.equals if self.equals else not is_empty(condition)
        if asked and is_empty(needed):
            yield (paths[0],)


@dataclass(frozen=True)
class Equal(Rule):
    """Fields have the same value; names as their normaliser compares them."""

    fields: tuple[str, ...]

    @property
    def paths(self) -> tuple[str, ...]:
        """All of them."""
        return self.fields

    def _at(self, values: Mapping[str, Any], paths: Sequence[str], key: Key) -> Iterator[tuple[str, ...]]:
        there = [(path, value) for path in paths if (value := _value(values, path)) is not None]
        if len({key(path, value) for path, value in there}) > 1:
            yield tuple(path for path, _ in there)


@dataclass(frozen=True)
class OneOf(Rule):
    """At least one of the fields is there."""

    fields: tuple[str, ...]

    @property
    def paths(self) -> tuple[str, ...]:
        """All of them."""
        return self.fields

    def _at(self, values: Mapping[str, Any], paths: Sequence[str], key: Key) -> Iterator[tuple[str, ...]]:
        if all(is_empty(_value(values, path)) for path in paths):
            yield tuple(paths)


def common(paths: Sequence[str]) -> str:
    """The pattern of the entries that a rule is about: up to the last "*" of the path with most of them."""
    return max((path[: path.rfind(ENTRY) + 1] for path in paths), key=lambda start: start.count(ENTRY), default="")


def entries(values: Mapping[str, Any], pattern: str) -> Iterator[str]:
    """The concrete paths of the entries; one, "", where the rule is about the document."""
    if not pattern:
        yield ""
        return
    yield from (path for path, _ in found(values, pattern))


def bound(pattern: str, at: str) -> str:
    """The pattern with the numbers of the entry at `at` where it leads through it."""
    steps: list[str] = []
    with_it = True
    for step, its in zip_longest(pattern.split("/"), at.split("/") if at else ()):
        if step is None:
            break
        with_it = with_it and its is not None and (step in (ENTRY, its))
        steps.append(its if with_it and its is not None else step)
    return "/".join(steps)


def _value(values: Mapping[str, Any], path: str) -> object:
    return next((value for _, value in found(values, path)), None)


def _number(value: object) -> Decimal | None:
    """An amount or integer; None for what is neither."""
    return Decimal(value) if isinstance(value, str | int) and _PLAIN.fullmatch(str(value)) else None


def _rises(low: object, high: object, *, strict: bool) -> bool:
    """Whether the second comes after the first, or may be the same; never for what cannot be compared."""
    numbers = _number(low), _number(high)
    if numbers[0] is not None and numbers[1] is not None:
        return numbers[0] < numbers[1] or (not strict and numbers[0] == numbers[1])
    try:
        dates = date.fromisoformat(str(low)), date.fromisoformat(str(high))
    except ValueError:
        return False
    return dates[0] < dates[1] or (not strict and dates[0] == dates[1])
