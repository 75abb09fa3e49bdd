"""Page records of documents, by Chancery's own recognition: read once in two processes, then kept."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from bench.extraction.folder import Entry
from processors.config import load
from processors.forge.classifier.dataset import Example
from processors.forge.datasets.read_pages import plain
from processors.forge.datasets.texts import Reader
from processors.ocr.stage import build

PROCESSES = 2
#: pages read of a document, at most: where the labelled fields of a set may stand
MOST = {"fara": 2, "fcc": 12, "nda": 20, "receipts": 1}
ELSE = 20

_reader: Reader | None = None


def most_pages(entry: Entry) -> int:
    """How many pages of a document are read."""
    return min(entry.pages, MOST.get(entry.set, ELSE))


def pages(entries: Sequence[Entry], cache: Path, say: Callable[[str], None]) -> dict[str, str]:
    """Page records of each document as text, by name; a document that recognition refuses is left out.

    Args:
        entries: the documents
        cache: keeps `<sha256>-<page>.jsonl`
        say: progress
    """
    read_files([(_example(one), most_pages(one)) for one in entries if one.path], cache, say)
    found = {}
    for one in entries:
        text = _of_text(one.text) if one.path is None else kept(one.sha256, most_pages(one), cache)
        if text:
            found[one.name] = text
    return found


def kept(sha256: str, most: int, cache: Path) -> str:
    """The page records of a file, the first pages that are there."""
    files = (cache / f"{sha256}-{number}.jsonl" for number in range(1, most + 1))
    return "".join(file.read_text(encoding="utf-8") for file in files if file.is_file())


def read_files(files: Sequence[tuple[Example, int]], cache: Path, say: Callable[[str], None]) -> None:
    """Read the first pages of files that are not kept yet: each file with how many."""
    missing = [
        (file, page)
        for file, most in files
        for page in range(1, most + 1)
        if not (cache / f"{file.sha256}-{page}.jsonl").is_file()
    ]
    if not missing:
        return
    cache.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(PROCESSES, initializer=_start, initargs=(cache,)) as pool:
        for number, _ in enumerate(pool.map(_read, missing)):
            say(f"recognising pages, {number + 1} of {len(missing)}")


def _start(cache: Path) -> None:
    global _reader  # noqa: PLW0603 - one engine a process, built once
    os.environ["OMP_THREAD_LIMIT"] = "1"
    _reader = Reader(build(load({}), outputs=False), cache)


def _read(todo: tuple[Example, int]) -> None:
    assert _reader is not None
    _reader.page(*todo)


def _example(one: Entry) -> Example:
    return Example(one.name, one.type, path=one.path, sha256=one.sha256, media_type=one.media_type, pages=one.pages)


def _of_text(text: str) -> str:
    return "".join(page.to_json() + "\n" for page in plain(text))
