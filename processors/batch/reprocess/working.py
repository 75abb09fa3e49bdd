"""Working a list off: in pieces, and noted once it is through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from processors.batch.doors import Doors
from processors.batch.frozen_lists import Chunk
from processors.events import Record
from processors.places import reprocessing_key
from processors.runtime.firsts import first_bytes

T = TypeVar("T")


class Noted(Record):
    """A list that is through."""

    documents: int
    #: of these, those for which nothing was written
    left_out: int


def batches(lines: Iterable[T], behind: int, size: int) -> Iterator[list[T]]:
    """What stands behind the first `behind`, so many at a time."""
    rest = islice(lines, behind, None)
    while batch := list(islice(rest, size)):
        yield batch


def noted(doors: Doors, run: str, what: str, chunk: Chunk) -> Noted | None:
    """How the list went through; None if it has not."""
    there = doors.objects.info(doors.buckets.work, _key(run, what, chunk))
    return None if there is None else Noted.model_validate_json(doors.objects.read(there.ref))


def note(doors: Doors, run: str, what: str, chunk: Chunk, how: Noted) -> Noted:
    """Note, once, that the list is through."""
    content = how.model_dump_json().encode()
    first = first_bytes(doors.objects, doors.buckets.work, _key(run, what, chunk), content, "application/json")
    return Noted.model_validate_json(first)


def _key(run: str, what: str, chunk: Chunk) -> str:
    return reprocessing_key(run, f"{what}/{chunk.number:05}.json")
