"""A document type as the stages see it: frozen, checked, patterns compiled."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

from processors.document_types.paths import ENTRY, pattern_of
from processors.document_types.rules import Rule
from processors.normalise import NORMALISERS, Conventions, Normalised
from processors.normalise.result import DateOrder, NameOrder

#: Where a value stands as seen from its label: on the same row, in the rows underneath, in the running text behind.
Look = Literal["right", "below", "after"]
#: The engines that may read a type's fields.
Reader = Literal["labels", "encoder", "transformers", "openai"]


@dataclass(frozen=True)
class FieldRule:
    """One field: what the schema says of it, and how it is found on a page."""

    name: str
    #: description for people and for reading models
    description: str
    #: within the object that it belongs to
    required: bool
    #: an array of values or of objects; their paths are "name/0", "name/1", …
    many: bool
    #: one of `normalise.NORMALISERS`; "" for an object, which has no value of its own
    normaliser: str
    #: printed wordings that stand by the value
    labels: tuple[str, ...] = ()
    #: where to look from a label, most likely first
    look: tuple[Look, ...] = ("right", "below")
    #: expressions for running text, surest first; the groups named "value…" are the value
    phrases: tuple[re.Pattern[str], ...] = ()
    #: what the verbatim text must match as a whole; None = anything
    pattern: re.Pattern[str] | None = None
    #: what is never the value, though it matches `pattern`; None = nothing
    never: re.Pattern[str] | None = None
    #: how 03/04/21 is to be read; "" = not at all
    date_order: DateOrder = ""
    #: part of the page where the value stands: x0, y0, x1, y1 as fractions
    region: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    #: how many printed lines the value may cover
    lines: int = 1
    #: the last page on which the value may stand; 0 = any
    last_page: int = 0
    #: which match of the pattern beside a label is the value: 2 = the second, -1 = the last
    nth: int = 1
    #: the members of an object, or of each object of an array; empty for a value
    fields: tuple[FieldRule, ...] = ()
    #: see `normalise.Conventions`
    locale: str = ""
    country: str = ""
    id_kind: str = ""
    name_order: NameOrder = ""

    @property
    def conventions(self) -> Conventions:
        """How the value is written."""
        return Conventions(self.date_order, self.locale, self.country, self.id_kind, self.name_order)

    def normalise(self, text: str) -> Normalised:
        """The value of these words of a page, or None and why; only for what is no object."""
        return NORMALISERS[self.normaliser](text, self.conventions)


@dataclass(frozen=True)
class DocumentType:
    """A type of document: its fields, when it may be released unseen, how long it is kept."""

    #: file name without ".json"; also the last part of the result topic
    name: str
    title: str
    description: str
    version: str
    #: a released value, and the type itself, need at least this confidence
    threshold: float
    #: whether a document of this type may be released although no value was found on it
    may_be_empty: bool
    retention_days: int
    #: the law or schedule behind the retention
    retention_basis: str
    fields: tuple[FieldRule, ...]
    #: printed labels that are no field of ours, but end the value before them
    other_labels: tuple[str, ...]
    #: the JSON Schema as it lies in the file
    schema: Mapping[str, Any]
    #: which engines read it
    readers: tuple[Reader, ...] = ("labels", "encoder")
    #: whether a value of unmeasured confidence may be released where two readers agree on it
    agreement_releases: bool = False
    #: what must hold between fields
    rules: tuple[Rule, ...] = ()

    def leaves(self) -> Iterator[tuple[str, FieldRule]]:
        """Every rule that has values, with the pattern of their paths: "total", "party/*", "lines/*/amount"."""
        return iter(self._leaves.items())

    def field(self, path: str) -> FieldRule | None:
        """The rule for a value's path, such as "total", "party/0", "lines/0/amount"; None where none can stand."""
        return None if ENTRY in path else self._leaves.get(pattern_of(path))

    def has(self, path: str) -> bool:
        """Whether the type has this path, be it of a value, an object or an array."""
        return ENTRY not in path and pattern_of(path) in self._nodes

    @cached_property
    def flat(self) -> tuple[FieldRule, ...]:
        """The rules of values outside of arrays of objects, each with its path for a name: "address/city", "party".

        A reader that knows one place per label proposes by these.
        """
        named = ((pattern.removesuffix(f"/{ENTRY}"), rule) for pattern, rule in self.leaves())
        return tuple(replace(rule, name=path) for path, rule in named if ENTRY not in path)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Every printed label of a field, at any depth: also where it is of no value, it ends the one before it."""
        return tuple(dict.fromkeys(label for rule in self._nodes.values() for label in rule.labels))

    @cached_property
    def _nodes(self) -> dict[str, FieldRule]:
        return dict(nodes(self.fields))

    @cached_property
    def _leaves(self) -> dict[str, FieldRule]:
        return {
            pattern: rule
            for pattern, rule in self._nodes.items()
            if not rule.fields and rule.many == (pattern.rpartition("/")[2] == ENTRY)
        }


def nodes(fields: tuple[FieldRule, ...], before: str = "") -> Iterator[tuple[str, FieldRule]]:
    """All rules with the patterns of their paths, outer ones first; an array has one more, for its entries."""
    for rule in fields:
        pattern = f"{before}{rule.name}"
        yield pattern, rule
        if rule.many:
            pattern = f"{pattern}/{ENTRY}"
            yield pattern, rule
        yield from nodes(rule.fields, f"{pattern}/")
