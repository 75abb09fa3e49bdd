"""A tiny documents folder: three kinds of text documents, written by rule."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
from pathlib import Path

COLUMNS = ("path", "sha256", "media_type", "pages", "doc_type", "truth_text")
WORDS = {
    "receipt": "cash total change item price quantity tax cashier bill store",
    "nda_contract": "agreement party confidential disclose obligations governed law term recipient consent",
    "newspaper": "yesterday mayor said city news reporter weather match crowd headline",
    "slides": "slide agenda overview bullet roadmap goals summary chart next questions",
}


def text(label: str, number: int) -> str:
    """A text of this kind that differs with the number."""
    words = WORDS[label].split()
    return " ".join(words[(number + step * (1 + number % 3)) % len(words)] for step in range(40)) + f" {number}"


def write_documents(folder: Path, each: int = 6) -> Path:
    """`each` text files of every kind, and a text-only set of receipts."""
    rows = []
    for label in WORDS:
        for number in range(each):
            file = folder / "docs" / f"{label}-{number}.txt"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text(label, number))
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            rows.append((f"docs/{file.name}", digest, "text/plain", "1", label, f"docs/{file.name}"))
    rows.append(("docs/sheet.xlsx", "0", "application/vnd.ms-excel", "1", "spreadsheet", ""))
    rows.append(("docs/broken.pdf", "0", "application/pdf", "1", "odd", ""))
    with (folder / "MANIFEST.csv").open("w", newline="") as out:
        csv.writer(out).writerows([COLUMNS, *rows])
    (folder / "more").mkdir()
    labels = [{"text_id": "t0", "doc_type": "receipt"}, {"file": "docs/x.pdf", "doc_type": "receipt"}]
    (folder / "more" / "labels.jsonl").write_text("".join(json.dumps(label) + "\n" for label in labels))
    lines = [{"text_id": "t0", "text": "cash\u2028total"}, {"doc_type": "receipt", "lines": ["cash", "change"]}]
    packed = gzip.compress("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode())
    (folder / "more" / "text.jsonl.gz").write_bytes(packed)
    return folder


def write_types(folder: Path) -> Path:
    """A folder of document types with two of the labels in it."""
    folder.mkdir()
    for name in ("receipt", "nda_contract"):
        (folder / f"{name}.json").write_text("{}")
    return folder
