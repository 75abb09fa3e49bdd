"""The labelled documents of a folder: `MANIFEST.csv`, and `labels.jsonl` files anywhere below it."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.manifest import TooFew
from processors.digests import file_sha256

#: The sets that the field knows, by the types of their documents; any other type is a set of its own.
SETS = {
    "fara_amendment": "fara",
    "fara_dissemination_report": "fara",
    "fara_short_form": "fara",
    "fcc_political_ad_buy": "fcc",
    "nda_contract": "nda",
    "receipt": "receipts",
}


@dataclass(frozen=True)
class Entry:
    """A labelled document."""

    name: str
    type: str
    #: the file; None where there is only `text`
    path: Path | None
    text: str
    sha256: str
    media_type: str
    pages: int
    labels: dict[str, Any]
    #: a field without a label is not in the document
    complete: bool
    #: the label's dates give no day
    month_only: bool
    #: by field, whether another recognition read the label's text
    seen: Mapping[str, bool] = field(default_factory=dict)

    @property
    def set(self) -> str:
        """The data set that it is of, by its type."""
        return SETS.get(self.type, self.type)


def labelled(folder: Path, only: frozenset[str] = frozenset()) -> list[Entry]:
    """Every labelled document whose file or text is there, in the order of the labels.

    Args:
        folder: with MANIFEST.csv
        only: these sets alone; empty = all

    Raises:
        TooFew: there is no manifest, or no labelled document of these sets.
    """
    rows = manifest(folder)
    found: dict[str, Entry] = {}
    for file in sorted(folder.rglob("labels.jsonl")):
        texts = _texts(file.parent)
        for line in _lines(file.read_text(encoding="utf-8")):
            entry = _entry(folder, file.parent, line, rows, texts)
            if entry is None or (only and entry.set not in only):
                continue
            name = entry.name if entry.name not in found else f"{file.parent.name}-{entry.name}"
            found[name] = entry if name == entry.name else Entry(**{**entry.__dict__, "name": name})
    if not found:
        raise TooFew(f"No labelled document of {', '.join(sorted(only)) or 'any set'} in {folder}.")
    return list(found.values())


def manifest(folder: Path) -> dict[str, dict[str, str]]:
    """The rows of the manifest by path.

    Raises:
        TooFew: there is none, or it is no table with a column `path`.
    """
    file = folder / "MANIFEST.csv"
    if not file.is_file():
        raise TooFew(f"{file} is missing: name a folder with a manifest in --documents.")
    with file.open(encoding="utf-8-sig", newline="", errors="replace") as lines:
        rows = csv.DictReader(lines)
        if "path" not in (rows.fieldnames or ()):
            raise TooFew(f"{file} has no column `path`.")
        return {row["path"]: {k: v or "" for k, v in row.items() if k} for row in rows}


def _entry(
    folder: Path,
    beside: Path,
    label: Mapping[str, Any],
    rows: Mapping[str, Mapping[str, str]],
    texts: Mapping[str, str],
) -> Entry | None:
    given = str(label.get("file", ""))
    path = next((one for one in (folder / given, beside / given) if given and one.is_file()), None)
    text_id = str(label.get("text_id", ""))
    text = "" if path else texts.get(text_id, "")
    if path is None and not text:
        return None
    row = rows.get(given, {})
    seen = label.get("seen_by_plain_ocr") or {}
    return Entry(
        name=path.stem if path else f"{beside.name}-{text_id}",
        type=label["doc_type"],
        path=path,
        text=text,
        sha256=(row.get("sha256") or file_sha256(path)) if path else "",
        media_type=row.get("media_type", "") or _media_type(path),
        pages=int(row.get("pages") or 1),
        labels=label["fields"],
        complete=not isinstance(label.get("label_source"), dict),
        month_only=label.get("date_precision") == "month",
        seen={name: value for name, value in seen.items() if isinstance(value, bool)},
    )


def _media_type(path: Path | None) -> str:
    """By the name alone: a manifest that says nothing is trusted for nothing else."""
    by_name = {".pdf": "application/pdf", ".png": "image/png", ".jpg": "image/jpeg", ".tif": "image/tiff"}
    return by_name.get(path.suffix.casefold(), "") if path else ""


def _texts(folder: Path) -> dict[str, str]:
    """Texts by id of the documents that have no file."""
    return {
        record["text_id"]: record["text"]
        for file in sorted(folder.glob("*.jsonl.gz"))
        for record in _lines(gzip.decompress(file.read_bytes()).decode("utf-8"))
        if "text_id" in record and "text" in record
    }


def _lines(text: str) -> Iterator[dict[str, Any]]:
    return (json.loads(line) for line in text.split("\n") if line.strip())
