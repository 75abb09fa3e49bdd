"""Where a chain's objects stand: a locked bucket, or the folder that it was exported to.

`chains/<chain>/<first sequence>.jsonl`   a segment: records, the last of them a seal
`heads/<slot>/<number>.json`              a signed head: how far each chain had come, and the hash there

A segment's key is made of its first sequence alone, and objects are written create-only: of two writers that stand
at the same place, one loses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

CHAINS, HEADS = "chains/", "heads/"
_SEQUENCE_DIGITS = 16
_HEAD_DIGITS = 10
#: bytes of one line; a longer one is none of ours, and is not read into memory
LONGEST_LINE = 4 * 1024 * 1024


@dataclass(frozen=True)
class Stored:
    """An object. Where a key has several versions, the first: what came later is not what was written."""

    key: str
    version_id: str = ""
    #: versions of it with content
    versions: int = 1
    #: somebody deleted it: the version is still there, behind a marker
    hidden: bool = False


class Shelf(Protocol):
    """Reading."""

    def stored(self, prefix: str, after: str = "") -> Iterator[Stored]:
        """The objects below `prefix` whose keys sort behind `after`, in order."""
        ...

    def folders(self, prefix: str) -> tuple[str, ...]:
        """The names directly below `prefix`, in order."""
        ...

    def lines(self, stored: Stored) -> Iterator[bytes]:
        """The lines of an object, without line breaks; memory does not grow with its size.

        A line longer than `LONGEST_LINE` is cut there.
        """
        ...


class WritableShelf(Shelf, Protocol):
    """Writing: what is there stays as it is."""

    def put_new(self, key: str, content: bytes) -> bool:
        """Write an object under lock; False if the key is taken, unless by these very bytes."""
        ...


def segment_key(chain: str, first: int) -> str:
    """Where the segment that begins with this sequence lies."""
    return f"{CHAINS}{chain}/{first:0{_SEQUENCE_DIGITS}}.jsonl"


def head_key(slot: str, number: int) -> str:
    """Where a head lies."""
    return f"{HEADS}{slot}/{number:0{_HEAD_DIGITS}}.json"


def number_of(key: str) -> int:
    """The number in a key of ours, 0 if there is none."""
    name = key.rpartition("/")[2].partition(".")[0]
    return int(name) if name.isascii() and name.isdigit() else 0


def last(shelf: Shelf, prefix: str, extension: str) -> Stored | None:
    """The last object below `prefix`, found by halving: there may be a million before it."""
    digits = _SEQUENCE_DIGITS if extension == "jsonl" else _HEAD_DIGITS

    def first_from(number: int) -> Stored | None:
        return next(shelf.stored(prefix, f"{prefix}{number - 1:0{digits}}.{extension}"), None)

    low = next(shelf.stored(prefix), None)
    if low is None:
        return None
    step = 1
    while (found := first_from(number_of(low.key) + step)) is not None:
        low, step = found, step * 2
    # Behind `low` there is nothing from its number + step on: look between.
    nothing_from = number_of(low.key) + step
    while nothing_from - number_of(low.key) > 1:
        middle = (number_of(low.key) + 1 + nothing_from) // 2
        found = first_from(middle)
        if found is None:
            nothing_from = middle
        else:
            low = found
    return low
