"""Which entries of an old and a new list are the same: a row that is new in the middle moves those behind it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import zip_longest

from processors.document_types.paths import walk

#: Entries of a list beyond which they are compared by their number: aligning costs the product of both lengths.
MOST = 2_000


def pairs(old: object, new: object, was: str = "", now: str = "") -> Iterator[tuple[str | None, str | None]]:
    """The old and the new path of everything in two trees that is neither object, array nor null.

    Args:
        old: untrusted values of the document
        new: the same, of the new run
        was: where `old` stands in its whole
        now: where `new` stands in its whole

    Yields:
        Both paths of what is in both, also where the values differ; None where a tree has no such thing.
    """
    if isinstance(old, dict) and isinstance(new, dict):
        for name in sorted({*old, *new}):
            yield from pairs(old.get(name), new.get(name), _inner(was, name), _inner(now, name))
    elif isinstance(old, list) and isinstance(new, list):
        for before, after in _entries(old, new):
            yield from pairs(
                None if before is None else old[before],
                None if after is None else new[after],
                _inner(was, before),
                _inner(now, after),
            )
    elif isinstance(old, dict | list) or isinstance(new, dict | list) or old is None or new is None:
        yield from ((path, None) for path, _ in walk(old, was))
        yield from ((None, path) for path, _ in walk(new, now))
    else:
        yield was, now


def _entries(old: list[object], new: list[object]) -> Iterator[tuple[int | None, int | None]]:
    """Numbers of entries that belong together, in order; where a stretch differs, the first with the first."""
    if max(len(old), len(new)) > MOST:
        yield from zip_longest(range(len(old)), range(len(new)))
        return
    matcher = SequenceMatcher(None, [_word(one) for one in old], [_word(one) for one in new], autojunk=False)
    for _, first, last, start, end in matcher.get_opcodes():
        yield from zip_longest(range(first, last), range(start, end))


def _word(entry: object) -> str:
    return json.dumps(entry, sort_keys=True)


def _inner(path: str, step: str | int | None) -> str:
    return f"{path}/{step}" if path else f"{step}"
