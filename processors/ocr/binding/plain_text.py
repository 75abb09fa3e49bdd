"""`text.txt`: what was read, as text and nothing else, for full-text search and for people."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

from processors.pages import Page

#: Line and page ends are ours to set: control characters, and what some programs take for an end of line.
UNPRINTABLE = dict.fromkeys(
    [*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, *range(0xD800, 0xE000), 0xFFFE, 0xFFFF]
)


def printable(untrusted_text: str) -> str:
    """The text without control characters and halves of characters, which neither XML nor UTF-8 can hold."""
    return untrusted_text if untrusted_text.isprintable() else untrusted_text.translate(UNPRINTABLE)


class PlainText:
    """Writes pages one by one: a form feed between pages, an empty line between blocks."""

    def __init__(self, path: Path) -> None:
        self._stream: TextIO = path.open("w", encoding="utf-8", newline="\n")
        self._pages = 0

    def add(self, page: Page) -> None:
        """Write the next page."""
        if self._pages:
            self._stream.write("\f")
        self._pages += 1
        block = None
        for line in page.lines():
            words = [text for word in line if (text := printable(word.text))]
            if not words:
                continue
            gap = block is not None and block != line[0].block
            block = line[0].block
            self._stream.write(("\n" if gap else "") + " ".join(words) + "\n")

    def close(self) -> None:
        """The file is whole after this."""
        self._stream.close()
