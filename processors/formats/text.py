"""Plain text: laid out on sheets like a typewriter's, so that it has pages, lines and boxes like every document."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

from processors.config import Limits
from processors.formats.port import Refused
from processors.reasons import QuarantineReason

#: A letter sheet in points, one-inch margins, 10 pitch (7.2 points a character) and 6 lines an inch.
SHEET_WIDTH, SHEET_HEIGHT = 612.0, 792.0
MARGIN = 72.0
CHARACTER_WIDTH, LINE_HEIGHT = 7.2, 12.0
COLUMNS = int((SHEET_WIDTH - 2 * MARGIN) / CHARACTER_WIDTH)
ROWS = int((SHEET_HEIGHT - 2 * MARGIN) / LINE_HEIGHT)
_TAB = 8


class TextFormat:
    """UTF-8 text."""

    def pages(self, untrusted_file: Path, scratch: Path, limits: Limits) -> int:
        """See `Format.pages`."""
        count = 0
        for _ in sheets(untrusted_file):
            count += 1
            if count > limits.max_pages:
                raise Refused(QuarantineReason.TOO_MANY_PAGES, pages=count, limit=limits.max_pages)
        return count


def sheets(untrusted_file: Path) -> Iterator[list[str]]:
    """The rows of each sheet; at least one sheet. A form feed begins a new one, long lines are wrapped."""
    sheet: list[str] = []
    with untrusted_file.open(encoding="utf-8-sig", newline=None) as stream:
        # Lines are read with a bound: a file may be one line of 256 MB.
        while untrusted_line := stream.readline(1 << 16):
            *ended, rest = untrusted_line.rstrip("\n").split("\f")
            for piece in ended:
                sheet.extend(_rows(piece) if piece else [])
                yield from _full(sheet)
                yield sheet
                sheet = []
            sheet.extend(_rows(rest) if rest or not ended else [])
            yield from _full(sheet)
    yield sheet


def _full(sheet: list[str]) -> Iterator[list[str]]:
    """Take full sheets off the front as long as something is left for the next."""
    while len(sheet) > ROWS:
        yield sheet[:ROWS]
        del sheet[:ROWS]


def _rows(untrusted_line: str) -> list[str]:
    """A line in rows of at most `COLUMNS` characters, broken at spaces where there are any."""
    line = unicodedata.normalize("NFC", untrusted_line).expandtabs(_TAB).rstrip()
    rows: list[str] = []
    while len(line) > COLUMNS:
        cut = line.rfind(" ", 1, COLUMNS + 1)
        cut = cut if cut > 0 and line[:cut].strip() else COLUMNS
        rows.append(line[:cut].rstrip())
        line = line[cut:].lstrip(" ")
    rows.append(line)
    return rows
