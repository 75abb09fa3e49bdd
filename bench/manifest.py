"""A folder's MANIFEST.csv: its documents and what is known of them. A missing column is an empty one."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

#: Columns that say what a document is like; the groups of a benchmark are told from them.
_TELLING = ("notes", "transform")


class TooFew(SystemExit):
    """The folder does not hold what the benchmark needs."""


@dataclass(frozen=True)
class Entry:
    """A document of the manifest whose file is there."""

    path: Path
    #: "" where the manifest does not say
    doc_type: str = ""
    #: ISO 639-1, such as "en"; "" where the manifest does not say
    language: str = ""
    #: a file with the text that stands on its pages; None where nobody wrote it down
    truth: Path | None = None
    #: how it was made and what is remarkable about it, in lower case
    remarks: str = ""

    def text(self) -> str:
        """The truth; "" where there is none."""
        return self.truth.read_text(encoding="utf-8", errors="replace") if self.truth else ""


def read(folder: Path) -> list[Entry]:
    """The documents that should pass, one type after the other so that a few show many types.

    Left out are rows whose file is not there, and files that are damaged, locked or hostile on purpose: those are
    for other tests.

    Raises:
        TooFew: there is no manifest, or it is no table with a column `path`.
    """
    manifest = folder / "MANIFEST.csv"
    if not manifest.is_file():
        raise TooFew(f"{manifest} is missing: name a folder with a manifest in --documents.")
    with manifest.open(encoding="utf-8-sig", newline="", errors="replace") as lines:
        rows = csv.DictReader(lines)
        if not {"path", "file"} & set(rows.fieldnames or ()):
            raise TooFew(f"{manifest} has no column `path`.")
        entries = [entry for row in rows if (entry := _entry(folder, row)) is not None]
    return in_turns(entries)


def in_turns(entries: Iterable[Entry]) -> list[Entry]:
    """The same entries, types taking turns, always in the same order."""
    by_type: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_type[entry.doc_type].append(entry)
    turns = zip_longest(*(sorted(by_type[name], key=lambda one: one.path) for name in sorted(by_type)))
    return [entry for turn in turns for entry in turn if entry is not None]


def _entry(folder: Path, row: dict[str, str | None]) -> Entry | None:
    cells = {name: (value or "").strip() for name, value in row.items() if isinstance(value, str | None) and name}
    name = cells.get("path") or cells.get("file", "")
    doc_type = cells.get("doc_type") or cells.get("expected_type", "")
    expect = cells.get("expect", "").casefold()
    odd = expect not in ("", "ok") or doc_type == "odd" or cells.get("expected_end") == "quarantined"
    if not name or odd or not (folder / name).is_file():
        return None
    truth = folder / cells["truth_text"] if cells.get("truth_text") else None
    return Entry(
        path=folder / name,
        doc_type=doc_type,
        language=cells.get("language", "").casefold(),
        truth=truth if truth is not None and truth.is_file() else None,
        remarks=" ".join(cells.get(column, "") for column in _TELLING).casefold().strip(),
    )
