"""Labelled documents with the fields that extraction reads from them, and when a value is what its label says.

A folder holds `<set>/labels.jsonl`, a line per document: `file` or `text_id`, `doc_type`, `fields`. The document
type is taken from the label, so what is measured is extraction alone. Labels with a `label_source` per field say
nothing of the other fields: those are not scored. Without it, a field that is not labelled is not in the document.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from processors import document_types
from processors.document_types import DocumentType, FieldRule
from processors.extract.choosing import choose
from processors.extract.confidence import UNMEASURED, Calibration
from processors.extract.labels import LabelReader
from processors.fields import Fields
from processors.normalise import NORMALISERS
from processors.pages import Page, read_pages

#: names count as the same from this share of common words on; OCR and labels write "L.L.C." and "LLC"
ALIKE = 0.8
_SHORT = {"incorporated": "inc", "corporation": "corp", "company": "co", "limited": "ltd"}
_WORD = re.compile(r"[^\W_]+")
#: registers add the office in parentheses, "Acme LLC (Washington, DC)"; forms do not print it
_NOTE = re.compile(r"\s*\([^()]*\)$")
#: rules of type files are made on one half; the other is only measured
Half = Literal["tune", "held-out"]


@dataclass(frozen=True)
class Labelled:
    """A document with its labels and what was read."""

    name: str
    document_type: DocumentType
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
        return list(label) if isinstance(label, list) else [label]

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


def documents(
    folder: Path, pages: Path, types: Path, calibration: Calibration | None = None, *, uncapped: bool = False
) -> Iterator[Labelled]:
    """Every labelled document of which there are page records, with the fields that extraction reads.

    `uncapped` leaves the raw confidences as they are, for those who want to measure them.
    """
    known, reader = document_types.load(types), LabelReader()
    calibration = calibration or Calibration(cap=1.0 if uncapped else UNMEASURED)
    for name, label in records(folder):
        source, document_type = pages / f"{name}.jsonl", known.get(label["doc_type"])
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
        yield Labelled(
            name,
            document_type,
            label["fields"],
            fields,
            month_only=label.get("date_precision") == "month",
            complete=not isinstance(label.get("label_source"), dict),
        )


def same(rule: FieldRule, read: object, label: str, *, month_only: bool = False) -> bool:
    """Whether a value is what the label says, by the field's type."""
    label = label.replace("_", " ")
    if rule.normaliser in ("name", "text"):
        return max(alike(str(read), label), alike(str(read), _NOTE.sub("", label))) >= ALIKE
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


def paths(fields: Fields, rule: FieldRule) -> list[tuple[str, object]]:
    """Path and value of everything that was read for a field."""
    value = fields.values.get(rule.name)
    if rule.many:
        return [(f"{rule.name}/{i}", one) for i, one in enumerate(value or ())]
    return [] if value is None else [(rule.name, value)]
