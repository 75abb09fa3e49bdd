"""Plain text: laid out on sheets like a typewriter's, so that it has pages, lines and boxes like every document."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from processors.config import Limits
from processors.formats import charset
from processors.formats.port import Opened, Refused, Rendition, Terms
from processors.reasons import QuarantineReason

#: A letter sheet in points, one-inch margins, 10 pitch (7.2 points a character) and 6 lines an inch.
SHEET_WIDTH, SHEET_HEIGHT = 612.0, 792.0
MARGIN = 72.0
CHARACTER_WIDTH, LINE_HEIGHT = 7.2, 12.0
COLUMNS = int((SHEET_WIDTH - 2 * MARGIN) / CHARACTER_WIDTH)
ROWS = int((SHEET_HEIGHT - 2 * MARGIN) / LINE_HEIGHT)
_TAB = 8


class TextFormat:
    """Text; what is not written in UTF-8 is written anew."""

    def open(self, untrusted_file: Path, terms: Terms) -> Opened:
        """See `Format.open`."""
        encoding = charset.encoding_of(untrusted_file)
        if encoding == charset.UTF_8:
            return Opened(count_sheets(untrusted_file, terms.limits), written=True)
        opened = text_rendition(charset.pieces(untrusted_file, encoding), terms)
        # A byte order mark says what it is; anything else is our guess.
        guessed = encoding not in ("utf-16", "utf-32")
        return replace(opened, notes=(f"encoding_guessed:{encoding}",)) if guessed else opened


def text_rendition(untrusted_pieces: Iterable[str], terms: Terms) -> Opened:
    """Text that stands for a document without pages of its own.

    Raises:
        Refused: it has too many pages.
    """
    path = terms.scratch / "rendition.txt"
    # Half a surrogate pair, which mails and archives may hold, has no UTF-8.
    with path.open("w", encoding="utf-8", errors="replace", newline="") as stream:
        stream.writelines(untrusted_pieces)
    return Opened(count_sheets(path, terms.limits), Rendition(path, "text/plain"), written=True)


def count_sheets(untrusted_file: Path, limits: Limits) -> int:
    """How many sheets a text takes.

    Raises:
        Refused: more than the limit.
    """
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
