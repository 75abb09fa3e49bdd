"""A document type as the stages see it: frozen, checked, patterns compiled."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

#: Where a value stands as seen from its label: on the same row, in the rows underneath, in the running text behind.
Look = Literal["right", "below", "after"]
DateOrder = Literal["", "MDY", "DMY", "YMD"]


@dataclass(frozen=True)
class FieldRule:
    """One field: what the schema says of it, and how it is found on a page."""

    name: str
    #: description for people and for reading models
    description: str
    required: bool
    #: an array of values; their paths are "name/0", "name/1", …
    many: bool
    #: one of `normalise.NORMALISERS`
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

    def field(self, path: str) -> FieldRule | None:
        """The rule for a path such as "total" or "party/0"; None where the type has no such path."""
        name, _, index = path.partition("/")
        for rule in self.fields:
            if rule.name == name and rule.many == bool(index) and (not index or index.isdecimal()):
                return rule
        return None
