"""Pages of a plain text file: the rows that intake laid out, with the boxes they would have on paper."""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path

from processors.formats import text as sheet
from processors.formats.port import Refused
from processors.pages import Page, Word
from processors.reasons import QuarantineReason

ENGINE = "text"
_WORD = re.compile(r"\S+")


class TextSource:
    """A `PageSource` on a text file."""

    def __init__(self, untrusted_file: Path) -> None:
        self._untrusted_file = untrusted_file
        self._sheets, self._next = sheet.sheets(untrusted_file), 1

    def read(self, number: int) -> Page:
        """See `PageSource.read`. Cheap in ascending order: the layout of a page follows from all before it."""
        if number < self._next:
            self._sheets, self._next = sheet.sheets(self._untrusted_file), 1
        rows = next(islice(self._sheets, number - self._next, None), None)
        self._next = number + 1
        if rows is None:
            raise Refused(QuarantineReason.DAMAGED, page=number)
        words = tuple(_words(rows))
        return Page(
            number,
            sheet.SHEET_WIDTH,
            sheet.SHEET_HEIGHT,
            1.0,
            "text_layer" if words else "blank",
            ENGINE,
            "",
            words,
        )


def _words(rows: list[str]) -> list[Word]:
    """A block ends with an empty row."""
    words: list[Word] = []
    line = block = -1
    after_gap = True
    for row, untrusted_text in enumerate(rows):
        found = list(_WORD.finditer(untrusted_text))
        line += bool(found)
        block += bool(found) and after_gap
        after_gap = not found
        top = sheet.MARGIN + row * sheet.LINE_HEIGHT
        for match in found:
            left = sheet.MARGIN + match.start() * sheet.CHARACTER_WIDTH
            right = sheet.MARGIN + match.end() * sheet.CHARACTER_WIDTH
            words.append(Word(match.group(), (left, top, right, top + sheet.LINE_HEIGHT), 1.0, line, block))
    return words
