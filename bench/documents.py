"""Which files a benchmark takes: chosen from a folder's MANIFEST.csv, the same ones each time.

What a file is (scan or text layer) is not believed from the manifest: its pages are looked at.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bench import manifest, pages
from bench.manifest import Entry, TooFew

#: scan: every page is recognised; text_layer: none is
Kind = Literal["scan", "text_layer"]


@dataclass(frozen=True)
class Document:
    """A file that was opened and looked at."""

    path: Path
    pages: int
    kind: Kind


def choose_scans(folder: Path, most_pages: int) -> list[Document]:
    """Scanned documents of at most `most_pages` pages together.

    Raises:
        TooFew: there is none.
    """
    chosen = choose(manifest.read(folder), "scan", most_pages)
    if not chosen:
        raise TooFew(f"No scanned document of at most {most_pages} pages in {folder}.")
    return chosen


def choose(entries: Iterable[Entry], kind: Kind, most_pages: int) -> list[Document]:
    """Documents whose pages are all of one kind, of at most `most_pages` pages together, in their order."""
    chosen: list[Document] = []
    left = most_pages
    for entry in entries:
        if left < 1:
            break
        if found := pages_of_kind(entry.path, kind, left):
            chosen.append(Document(entry.path, found, kind))
            left -= found
    return chosen


def choose_single(folder: Path, kind: Kind) -> Document:
    """The first document of one page and this kind.

    Raises:
        TooFew: there is none.
    """
    for entry in manifest.read(folder):
        if pages_of_kind(entry.path, kind, 1):
            return Document(entry.path, 1, kind)
    raise TooFew(f"No {kind} of one page in {folder}.")


def pages_of_kind(path: Path, kind: Kind, most: int) -> int:
    """How many pages a file has, if they are `most` at most and all of this kind; else 0."""
    try:
        if not 0 < pages.count(path) <= most:
            return 0
        found = pages.kinds(path)
    except pages.Unreadable:
        return 0
    return len(found) if all(one == kind for one in found) else 0
