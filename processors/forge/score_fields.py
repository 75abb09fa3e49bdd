"""`python -m processors.forge.score_fields --documents DIR --pages DIR`: how well fields are read.

A value counts as right by its type: dates and amounts by value, identifiers exactly, names and texts by the words
they share. A wrong value costs precision and recall; a list-valued label of one field holds alternatives, of an
array field all members.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from processors.config import PACKAGE, SCHEMAS
from processors.extract import confidence
from processors.forge.labelled import Labelled, documents, paths, same


@dataclass
class Tally:
    """Right values, released values, labelled values."""

    right: int = 0
    read: int = 0
    labelled: int = 0

    def add(self, right: int, read: int, labelled: int) -> None:
        """Count one document's values."""
        self.right, self.read, self.labelled = self.right + right, self.read + read, self.labelled + labelled

    @property
    def scores(self) -> tuple[float, float, float]:
        """Precision, recall, F1."""
        precision, recall = self.right / max(self.read, 1), self.right / max(self.labelled, 1)
        return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def tally(document: Labelled, sure: float = 0.0) -> Iterator[tuple[str, int, int, int]]:
    """Right, read and labelled values of each field; a value below the confidence `sure` counts as not read."""
    for rule in document.document_type.fields:
        labels = document.wanted(rule)
        if labels is None:
            continue
        found = paths(document.fields, rule)
        read = [value for path, value in found if document.fields.evidence[path].confidence >= sure]
        if rule.many:
            hit = sum(
                any(same(rule, value, one, month_only=document.month_only) for value in read) for one in labels
            )
            yield rule.name, min(hit, len(read)), len(read), len(labels)
        else:
            yield rule.name, sum(document.right(rule, value) for value in read), len(read), min(len(labels), 1)


def main(arguments: Iterable[str] | None = None) -> int:
    """Print a table per type and field."""
    parser = argparse.ArgumentParser(description="Score field extraction on labelled documents.")
    parser.add_argument("--documents", type=Path, required=True)
    parser.add_argument("--pages", type=Path, required=True)
    parser.add_argument("--types", type=Path, default=SCHEMAS / "documents")
    parser.add_argument("--models", type=Path, default=PACKAGE / "models")
    parser.add_argument("--threshold", action="store_true", help="count only values that would be released unseen")
    parser.add_argument("--half", choices=["tune", "held-out"], help="only these documents")
    parser.add_argument("--wrong", action="store_true", help="list wrong and missed values")
    chosen = parser.parse_args(None if arguments is None else list(arguments))
    fields: dict[tuple[str, str], Tally] = defaultdict(Tally)
    whole: dict[str, Tally] = defaultdict(Tally)
    calibration = confidence.load(chosen.models / "labels_calibration.json")
    for document in documents(chosen.documents, chosen.pages, chosen.types, calibration):
        if chosen.half not in (None, document.half):
            continue
        kind = document.document_type
        for name, right, read, labelled in tally(document, kind.threshold if chosen.threshold else 0.0):
            fields[kind.name, name].add(right, read, labelled)
            whole[kind.name].add(right, read, labelled)
            if chosen.wrong and (right < labelled or right < read):
                values = document.fields.values.get(name)
                _print(f"{document.name} {name}: read {values!r}, label {document.labels.get(name)!r}")
    for (kind_name, name), one in fields.items():
        _print(_row(f"{kind_name}.{name}", one))
    for kind_name, one in whole.items():
        _print(_row(kind_name.upper(), one))
    return 0


def _row(name: str, one: Tally) -> str:
    precision, recall, f1 = one.scores
    return f"{name:45} P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}   n {one.labelled}"


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
