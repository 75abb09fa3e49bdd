"""Labelled documents with the fields that extraction reads from them.

A folder holds `<set>/labels.jsonl`, a line per document: `file` or `text_id`, `doc_type`, `fields`. The document
type is taken from the label, so what is measured is extraction alone. Labels with a `label_source` per field say
nothing of the other fields: those are not scored. Without it, a field that is not labelled is not in the document.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from processors.document_types import DocumentType, FieldRule
from processors.fields import Fields
from processors.forge.evaluation.matching import same

#: rules of type files are made on one half; the other is only measured
Half = Literal["tune", "held-out"]


@dataclass(frozen=True)
class Labelled:
    """A document with its labels and what was read."""

    name: str
    document_type: DocumentType
    #: by field: a text, or a list (alternatives of a single field, all members of an array field)
    labels: dict[str, Any]
    fields: Fields
    #: the label's dates give no day
    month_only: bool
    #: a field without a label is not in the document; else nothing is known of it
    complete: bool

    @property
    def half(self) -> Half:
        """To which half the document belongs, for ever: by its name."""
        return "held-out" if share(self.name, 2) else "tune"

    def wanted(self, rule: FieldRule) -> list[str] | None:
        """The labels of a field; None where they are not known."""
        label = self.labels.get(rule.name)
        if label is None:
            return [] if self.complete else None
        return [str(one) for one in label] if isinstance(label, list) else [str(label)]

    def right(self, rule: FieldRule, value: object) -> bool:
        """Whether a value is what a label says."""
        return any(same(rule, value, one, month_only=self.month_only) for one in self.wanted(rule) or ())


def share(name: str, parts: int) -> int:
    """The part, counted from 0, to which a document belongs by its name."""
    return hashlib.sha256(name.encode()).digest()[0] % parts


def records(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and label of each labelled document; its page records are called `<name>.jsonl`."""
    for file in sorted(folder.glob("*/labels.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            label = json.loads(line)
            yield Path(label["file"]).stem if "file" in label else f"{file.parent.name}-{label['text_id']}", label


def paths(fields: Fields, rule: FieldRule) -> list[tuple[str, object]]:
    """Path and value of everything that was read for a field."""
    value = fields.values.get(rule.name)
    if rule.many:
        return [(f"{rule.name}/{i}", one) for i, one in enumerate(value or ())]
    return [] if value is None else [(rule.name, value)]
