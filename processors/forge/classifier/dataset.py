"""Labelled documents as the manifest of a documents folder describes them.

A folder holds `MANIFEST.csv` (columns path, sha256, media_type, pages, doc_type, truth_text) and, where wanted,
text-only sets: `<set>/*.jsonl.gz` whose lines have `text` or `lines`, and `doc_type` or a `text_id` found in
`<set>/labels.jsonl`. Own examples are plain text: `<type>/*.txt`.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

#: Characters kept of a text-only example: more than two windows need, whatever the language.
TEXT_LIMIT = 8_000


@dataclass(frozen=True)
class Example:
    """One labelled document, or a text of it."""

    #: which document it is; texts of the same document share it, so that no split tears them apart
    document: str
    #: the label as the data set gives it
    label: str
    #: the class to train; empty until `with_types`
    type: str = ""
    #: the file to be recognised, or None where `text` holds all there is
    path: Path | None = None
    sha256: str = ""
    media_type: str = ""
    pages: int = 1
    text: str = ""


def read_documents(folder: Path) -> Iterator[Example]:
    """Every labelled example of a documents folder, files first, in the manifest's order."""
    with (folder / "MANIFEST.csv").open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            example = _from_row(folder, row)
            if example is not None:
                yield example
    for file in sorted(folder.glob("*/*.jsonl.gz")):
        yield from _text_set(file)


def read_text_folder(folder: Path) -> Iterator[Example]:
    """Own examples: `<type>/*.txt`."""
    for file in sorted(folder.glob("*/*.txt")):
        text = file.read_text(encoding="utf-8")[:TEXT_LIMIT]
        yield Example(f"{file.parent.name}/{file.name}", file.parent.name, text=text)


def _from_row(folder: Path, row: Mapping[str, str]) -> Example | None:
    """A manifest row; None for a format that recognition does not read and that has no text beside it."""
    example = Example(
        document=row["path"],
        label=row["doc_type"],
        sha256=row["sha256"],
        media_type=row["media_type"],
        pages=int(row.get("pages") or 1),
    )
    if row["media_type"] == "application/pdf" or row["media_type"].startswith("image/"):
        return replace(example, path=folder / row["path"])
    if row.get("truth_text"):
        text = (folder / row["truth_text"]).read_text(encoding="utf-8", errors="replace")
        return replace(example, text=text[:TEXT_LIMIT])
    return None


def _text_set(file: Path) -> Iterator[Example]:
    labels_file = file.parent / "labels.jsonl"
    records = _json_lines(labels_file.read_text(encoding="utf-8")) if labels_file.exists() else ()
    labels = {record["text_id"]: record for record in records if "text_id" in record}
    for number, record in enumerate(_json_lines(gzip.decompress(file.read_bytes()).decode("utf-8"))):
        text_id = record.get("text_id", f"{file.name}:{number}")
        about = {**labels.get(text_id, {}), **record}
        text = record.get("text") or "\n".join(record.get("lines", ()))
        document = about.get("file", f"{file.parent.name}/{text_id}")
        yield Example(document, about["doc_type"], text=text[:TEXT_LIMIT])


def _json_lines(text: str) -> Iterator[dict[str, Any]]:
    return (json.loads(line) for line in text.split("\n") if line.strip())


@dataclass(frozen=True)
class TypeMap:
    """Labels of data sets to classes of the classifier."""

    #: labels that have a document type of their own
    own: frozenset[str]
    rename: Mapping[str, str]
    leave_out: frozenset[str]
    #: the class of every label that is not named
    rest: str

    def type_of(self, label: str) -> str:
        """The class of a label; empty where nothing is to be trained from it."""
        if label in self.leave_out:
            return ""
        return self.rename.get(label, label if label in self.own else self.rest)


def read_type_map(file: Path, document_types: Path) -> TypeMap:
    """The map in `file`, with a class for each `<type>.json` in `document_types`."""
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    names = frozenset(schema.stem for schema in document_types.glob("*.json"))
    return TypeMap(names, content["rename"], frozenset(content["leave_out"]), content["rest"])


def with_types(examples: list[Example], types: TypeMap) -> list[Example]:
    """The examples with their classes; those that are left out are gone."""
    typed = (replace(example, type=types.type_of(example.label)) for example in examples)
    return [example for example in typed if example.type]
