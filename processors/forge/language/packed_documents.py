"""Labelled documents in one small file, from which training examples of many kinds are cut: see `packing`."""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Packed:
    """A document as it was read, with what it says."""

    type: str
    #: pages of printed lines, words with one blank between them
    pages: list[list[str]]
    #: by field: for each of its values the texts that say it, as the pages have them; no values where the document
    #: has none. A field of which nothing is known, or that no words say, is not here
    fields: dict[str, list[list[str]]]


def write(packed: Iterable[Packed], file: Path) -> int:
    """Write documents, a line each; returns how many."""
    count = 0
    with lzma.open(file, "wt", encoding="utf-8", preset=9) as out:
        for one in packed:
            out.write(json.dumps(asdict(one), ensure_ascii=False) + "\n")
            count += 1
    return count


def read(file: Path) -> list[Packed]:
    """The documents of a file.

    Raises:
        ValueError: a line is no packed document.
    """
    with lzma.open(file, "rt", encoding="utf-8") as text:
        try:
            return [Packed(**json.loads(line)) for line in text]
        except TypeError as error:
            raise ValueError(
                f"{file.name} holds something else than packed documents: pack the dataset anew"
            ) from error
