"""`python -m processors.forge.score_fields --documents DIR --pages DIR`: how well fields are read.

The document type is taken from the label, so this measures extraction alone. A value counts as right by its type:
dates and amounts by value, identifiers exactly, names and texts by the words they share. A wrong value costs
precision and recall; a list-valued label of one field holds alternatives, of an array field all members.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from processors import document_types
from processors.config import PACKAGE, SCHEMAS
from processors.document_types import DocumentType, FieldRule
from processors.extract import confidence
from processors.extract.choosing import choose
from processors.extract.confidence import UNMEASURED, Calibration
from processors.extract.labels import LabelReader
from processors.extract.normalise import NORMALISERS
from processors.fields import Fields
from processors.pages import Page, read_pages

#: names count as the same from this share of common words on; OCR and labels write "L.L.C." and "LLC"
ALIKE = 0.8
_SHORT = {"incorporated": "inc", "corporation": "corp", "company": "co", "limited": "ltd"}
_WORD = re.compile(r"[^\W_]+")


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


@dataclass(frozen=True)
class Labelled:
    """A document with its labels and what was read."""

    name: str
    document_type: DocumentType
    labels: dict[str, Any]
    fields: Fields
    #: the label's dates give no day
    month_only: bool


def documents(
    folder: Path, pages: Path, types: Path, calibration: Calibration | None = None, *, uncapped: bool = False
) -> Iterator[Labelled]:
    """Every labelled document of which there are page records, with the fields that extraction reads.

    `uncapped` leaves the raw confidences as they are, for those who want to measure them.
    """
    known, reader = document_types.load(types), LabelReader()
    calibration = calibration or Calibration(cap=1.0 if uncapped else UNMEASURED)
    for file in sorted(folder.glob("*/labels.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            label = json.loads(line)
            source = pages / (Path(label.get("file", "-")).stem + ".jsonl")
            document_type = known.get(label["doc_type"])
            if document_type is None or not source.is_file():
                continue
            read: list[Page] = list(read_pages(source))
            proposals = reader.read(read, document_type)
            values, evidence = choose(proposals, {p.number: p for p in read}, document_type, calibration)
            fields = Fields(
                type=document_type.name,
                type_version=document_type.version,
                values=values,
                evidence=evidence,
                engine=reader.name,
            )
            month_only = label.get("date_precision") == "month"
            yield Labelled(Path(label["file"]).stem, document_type, label["fields"], fields, month_only)


def same(rule: FieldRule, read: object, label: str, *, month_only: bool = False) -> bool:
    """Whether a value is what the label says, by the field's type."""
    label = label.replace("_", " ")
    if rule.normaliser in ("name", "text"):
        return alike(str(read), label) >= ALIKE
    if rule.normaliser == "identifier":
        return re.sub(r"\W", "", str(read)).casefold() == re.sub(r"\W", "", label).casefold()
    wanted = NORMALISERS[rule.normaliser](label, date_order=rule.date_order).value
    if month_only and rule.normaliser == "date":
        return str(read)[:7] == label[:7]
    return read is not None and str(read) == str(wanted if wanted is not None else label)


def alike(a: str, b: str) -> float:
    """Share of common words (F1), without accents and letter case; "L.L.C." is "llc"."""
    left, right = _words(a), _words(b)
    common = sum(min(left.count(w), right.count(w)) for w in set(left))
    return 2 * common / max(len(left) + len(right), 1)


def _words(text: str) -> list[str]:
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    plain = plain.replace("&", " and ").replace("'", "").replace("’", "")  # noqa: RUF001
    words = _WORD.findall(re.sub(r"\b(\w)[.]\s?(?=\w\b)", r"\1", plain))
    return [_SHORT.get(word, word) for word in words]


def tally(document: Labelled, sure: float = 0.0) -> Iterator[tuple[str, int, int, int]]:
    """Right, read and labelled values of each field; a value below the confidence `sure` counts as not read."""
    for rule in document.document_type.fields:
        label = document.labels.get(rule.name)
        labels = [] if label is None else label if isinstance(label, list) else [label]
        month = document.month_only
        read = [value for path, value in paths(document.fields, rule) if _confidence(document, path) >= sure]
        if rule.many or not labels:
            right = sum(any(same(rule, value, one, month_only=month) for value in read) for one in labels)
            yield rule.name, min(right, len(read)), len(read), len(labels)
        else:
            yield (
                rule.name,
                int(any(same(rule, value, one, month_only=month) for value in read for one in labels)),
                len(read),
                1,
            )


def paths(fields: Fields, rule: FieldRule) -> list[tuple[str, object]]:
    """Path and value of everything that was read for a field."""
    value = fields.values.get(rule.name)
    if rule.many:
        return [(f"{rule.name}/{i}", one) for i, one in enumerate(value or ())]
    return [] if value is None else [(rule.name, value)]


def _confidence(document: Labelled, path: str) -> float:
    return document.fields.evidence[path].confidence


def main(arguments: Iterable[str] | None = None) -> int:
    """Print a table per type and field."""
    parser = argparse.ArgumentParser(description="Score field extraction on labelled documents.")
    parser.add_argument("--documents", type=Path, required=True)
    parser.add_argument("--pages", type=Path, required=True)
    parser.add_argument("--types", type=Path, default=SCHEMAS / "documents")
    parser.add_argument("--models", type=Path, default=PACKAGE / "models")
    parser.add_argument("--threshold", action="store_true", help="count only values that would be released unseen")
    parser.add_argument("--wrong", action="store_true", help="list wrong and missed values")
    chosen = parser.parse_args(None if arguments is None else list(arguments))
    fields: dict[tuple[str, str], Tally] = defaultdict(Tally)
    whole: dict[str, Tally] = defaultdict(Tally)
    calibration = confidence.load(chosen.models / "labels_calibration.json")
    for document in documents(chosen.documents, chosen.pages, chosen.types, calibration):
        kind = document.document_type
        for name, right, read, labelled in tally(document, kind.threshold if chosen.threshold else 0.0):
            fields[kind.name, name].add(right, read, labelled)
            whole[kind.name].add(right, read, labelled)
            if chosen.wrong and right < labelled:
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
