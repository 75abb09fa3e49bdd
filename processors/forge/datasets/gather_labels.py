"""Labelled documents of a folder, read by the OCR stage of production.

The folder holds `labels.jsonl`, or one in each folder below: a line a document, with `file` (from the folder's own
top), `doc_type` and `fields`; or with a `text_id` found in a `*.jsonl.gz` beside it, which is laid out plainly.
Where a `MANIFEST.csv` tells the licence of a file, that is taken. Labels come from people of the agency; the files
are as untrusted as any: read them where the worst that a parser can do is bearable.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from processors.config import Limits
from processors.digests import file_sha256
from processors.errors import StageFailed
from processors.forge.classifier.dataset import Example
from processors.forge.datasets.dataset_store import Gathered
from processors.forge.datasets.read_pages import plain
from processors.forge.datasets.texts import Reader
from processors.forge.errors import ForgeError
from processors.forge.names import DOCUMENT
from processors.forge.samples import Sample
from processors.formats import detect
from processors.formats.port import Refused, Terms
from processors.intake.stage import FORMATS


@dataclass(frozen=True)
class Label:
    """A line of a `labels.jsonl`."""

    #: where the line stands, for messages
    place: str
    name: str
    #: the labelled file; None where there is only `text`
    file: Path | None
    text: str
    type: str
    fields: dict[str, Any]
    complete: bool
    month_only: bool
    licence: str


def labels(folder: Path, licence: str = "") -> list[Label]:
    """Every labelled document of a folder.

    Args:
        folder: see above
        licence: of files of which no manifest says one

    Raises:
        ForgeError: there are no labels, a line is no label, or it names a file that is not there.
    """
    files = [file for file in (folder / "labels.jsonl", *sorted(folder.glob("*/labels.jsonl"))) if file.is_file()]
    if not files:
        raise ForgeError(f"{folder} holds no labels.jsonl, and no folder in it does.")
    licences = _licences(folder)
    found = []
    for file in files:
        texts: dict[str, str] | None = None
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            place = f"{file.relative_to(folder)}, line {number}"
            record = _record(line, place)
            if "file" not in record and texts is None:
                texts = _texts(file.parent)
            found.append(_label(folder, file, record, texts or {}, licences, licence, place))
    return found


@dataclass(frozen=True)
class Gatherer:
    """Reads labelled documents; pages are recognised once, then come from the reader's cache."""

    reader: Reader
    limits: Limits
    #: pages of each document at most
    pages: int
    #: where the page records of whole documents are put together
    work: Path

    def gather(self, label: Label) -> Gathered | None:
        """A labelled document with its pages; None where it cannot be read: the production would refuse it too."""
        sha256 = file_sha256(label.file) if label.file else ""
        self.work.mkdir(parents=True, exist_ok=True)
        pages = self.work / f"{sha256 or label.name}-{self.pages}.jsonl"
        if label.file is None:
            pages.write_text("".join(page.to_json() + "\n" for page in plain(label.text)), encoding="utf-8")
        elif not pages.is_file() and not self._read(label.file, sha256, pages):
            return None
        sample = Sample(
            name=label.name,
            type=label.type,
            split="train",  # until `splits.assigned` tells
            labels=label.fields,
            complete=label.complete,
            month_only=label.month_only,
            sha256=sha256,
            licence=label.licence,
        )
        return Gathered(sample, pages)

    def _read(self, file: Path, sha256: str, target: Path) -> bool:
        with tempfile.TemporaryDirectory() as scratch:
            kind = detect.media_type(file)
            if kind not in FORMATS:
                return False
            try:
                opened = FORMATS[kind].open(file, Terms(self.limits, Path(scratch)))
            except (Refused, StageFailed):
                return False
            made = opened.rendition
            path, kind = (made.path, made.media_type) if made else (file, kind)
            example = Example(file.name, "", path=path, sha256=sha256, media_type=kind, pages=opened.pages)
            parts = []
            for number in range(1, min(opened.pages, self.pages) + 1):
                page = self.reader.page(example, number)
                if page is None:
                    return False
                parts.append(page.read_text(encoding="utf-8"))
        part = target.with_suffix(".part")
        part.write_text("".join(parts), encoding="utf-8")
        part.replace(target)
        return True


def _record(line: str, place: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
        fields = record["fields"]
        if not isinstance(record["doc_type"], str) or not isinstance(fields, dict):
            raise TypeError
    except (ValueError, KeyError, TypeError):
        raise ForgeError(f"{place}: no label; it needs doc_type, fields, and file or text_id.") from None
    return dict(record)


def _label(
    folder: Path,
    labels_file: Path,
    record: Mapping[str, Any],
    texts: Mapping[str, str],
    licences: Mapping[str, str],
    licence: str,
    place: str,
) -> Label:
    file: Path | None = None
    if "file" in record:
        file = (folder / str(record["file"])).resolve()
        # A label must not lead out of the folder: what it names is copied into a dataset.
        if not file.is_relative_to(folder.resolve()) or not file.is_file():
            raise ForgeError(f"{place}: the file is not there.")
        name = file.stem
    elif (text_id := str(record.get("text_id"))) in texts:
        name = f"{labels_file.parent.name}-{text_id}"
    else:
        raise ForgeError(f"{place}: neither a file nor a text_id whose text is there.")
    return Label(
        place=place,
        name=_safe(name),
        file=file,
        text="" if file else texts[text_id],
        type=record["doc_type"],
        fields=record["fields"],
        complete=not isinstance(record.get("label_source"), dict),
        month_only=record.get("date_precision") == "month",
        licence=licences.get(str(record.get("file")), "") or licence,
    )


def _safe(name: str) -> str:
    """A name that may be a file's and a key's; what senders call their files may be anything."""
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", name).lstrip(".-_")[:100] or "document"
    assert DOCUMENT.fullmatch(safe)
    return safe


def _licences(folder: Path) -> dict[str, str]:
    manifest = folder / "MANIFEST.csv"
    if not manifest.is_file():
        return {}
    with manifest.open(encoding="utf-8", newline="") as rows:
        return {row["path"]: row.get("licence") or "" for row in csv.DictReader(rows)}


def _texts(folder: Path) -> dict[str, str]:
    """The texts of a set's documents that have no file, by id."""
    texts = {}
    for file in sorted(folder.glob("*.jsonl.gz")):
        for line in gzip.decompress(file.read_bytes()).decode("utf-8").split("\n"):
            record = json.loads(line) if line.strip() else {}
            if "text_id" in record and "text" in record:
                texts[str(record["text_id"])] = str(record["text"])
    return texts
