"""Plain text: some of its sheets as a text of their own, laid out as they were."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from processors.errors import StageFailed
from processors.events import PageRange
from processors.formats.text import sheets


def cut_text(untrusted_file: Path, parts: Sequence[PageRange], pages: int, folder: Path) -> Iterator[Path]:
    """A file for each part, made when it is asked for.

    Args:
        untrusted_file: UTF-8
        parts: sheets of it, counted from 1, in order and without a gap
        pages: how many sheets it has
        folder: for the files

    Raises:
        StageFailed: it has another number of sheets.
    """
    laid_out = sheets(untrusted_file)
    count = 0
    for number, part in enumerate(parts, 1):
        file = folder / f"{number:05}.txt"
        with file.open("w", encoding="utf-8", newline="") as stream:
            for place, sheet in enumerate(islice(laid_out, part.last - part.first + 1)):
                count += 1
                # A form feed begins a sheet; the first begins by itself.
                stream.write("\f" if place else "")
                stream.writelines(f"{row}\n" for row in sheet)
        yield file
    if count != pages or next(laid_out, None) is not None:
        raise StageFailed("another number of pages than a person saw")
