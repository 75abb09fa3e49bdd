"""Lists of documents that are frozen before they are worked off: in the work bucket, create-only, in a few chunks.

A list's key holds its digest, and whoever keeps the chunks names it: a freezing that died leaves lists that nobody
reads, and a list that was changed afterwards is noticed. Memory does not grow with the documents.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

from processors.batch.doors import Stored
from processors.events import Record

#: Lists at most: each is a piece of work of its own for who runs them side by side.
MOST_CHUNKS = 50
#: Documents of a list at least, where there are as many.
FEWEST = 100

#: From the name of a file within what is frozen to its key.
Keys = Callable[[str], str]
#: How many documents were listed so far.
Told = Callable[[int], None]


class ListChangedError(Exception):
    """A list is gone, or no longer what was frozen; the text is its key."""


class Chunk(Record):
    """A list."""

    #: counted from 1
    number: int
    key: str
    documents: int
    #: the ids of the first and the last of them; a list is in their order
    first: str
    last: str
    #: of the list's bytes
    sha256: str


def write(
    doors: Stored, keys: Keys, rows: Iterator[tuple[str, str]], documents: int, told: Told = lambda _: None
) -> Iterator[Chunk]:
    """Write lists of one length.

    Args:
        doors: the object store
        keys: where
        rows: of each document its id and its line, JSON without line breaks
        documents: how many there will be; the last list takes those that are more
        told: how far it is
    """
    size, listed = max(FEWEST, -(-documents // MOST_CHUNKS)), 0
    for number in range(1, MOST_CHUNKS + 1):
        chunk = _stored(doors, keys, number, rows if number == MOST_CHUNKS else islice(rows, size))
        if chunk is None:
            return
        listed += chunk.documents
        told(listed)
        yield chunk


def read(doors: Stored, chunk: Chunk) -> Iterator[str]:
    """The lines of a list, in order.

    Raises:
        ListChangedError: see there.
    """
    there = doors.objects.info(doors.buckets.work, chunk.key)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "list"
        if there is None or doors.objects.fetch(there.ref, place) != chunk.sha256:
            raise ListChangedError(chunk.key)
        with place.open(encoding="utf-8") as file:
            yield from file


def _stored(doors: Stored, keys: Keys, number: int, rows: Iterable[tuple[str, str]]) -> Chunk | None:
    """A list of these documents; None if there are none."""
    documents, first, last, digest = 0, "", "", hashlib.sha256()
    with tempfile.NamedTemporaryFile() as file:
        for document, text in rows:
            line = text.encode() + b"\n"
            file.write(line)
            digest.update(line)
            documents, first, last = documents + 1, first or document, document
        file.flush()
        if not documents:
            return None
        key = keys(f"chunks/{number:05}-{digest.hexdigest()[:16]}.jsonl")
        doors.objects.put(doors.buckets.work, key, Path(file.name), "application/jsonl", create_only=True)
    return Chunk(number=number, key=key, documents=documents, first=first, last=last, sha256=digest.hexdigest())
