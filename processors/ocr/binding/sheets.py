"""The pages of a plain text file as a PDF: the sheets on which its words have their boxes.

So that evidence can be seen. Set in Courier, which every PDF reader brings along and which is as wide as the sheets
assume. It holds the letters of western Europe; a text with others gets no PDF.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from processors.formats import text as sheet
from processors.ocr.binding.canvas import Canvas
from processors.ocr.binding.plain_text import printable

#: Courier's characters are 0.6 of its size wide.
_SIZE = sheet.CHARACTER_WIDTH / 0.6
#: from the top of a row to its base line
_BASE = 9.5
_ENCODING = "cp1252"
_FONT = "/F << /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>"


def settable(untrusted_file: Path) -> bool:
    """Whether Courier has all characters of the text."""
    try:
        for rows in sheet.sheets(untrusted_file):
            for row in rows:
                printable(row).encode(_ENCODING)
    except UnicodeEncodeError:
        return False
    return True


def draw(untrusted_file: Path, pdf: Path) -> None:
    """Write the PDF of a text that is `settable`."""
    with Canvas(pdf, fonts=_FONT) as canvas:
        for rows in sheet.sheets(untrusted_file):
            canvas.page(sheet.SHEET_WIDTH, sheet.SHEET_HEIGHT, b"".join(_content(rows)))


def _content(rows: list[str]) -> Iterator[bytes]:
    top = sheet.SHEET_HEIGHT - sheet.MARGIN - _BASE
    yield b"BT /F %.2f Tf %.2f TL %.2f %.2f Td\n" % (_SIZE, sheet.LINE_HEIGHT, sheet.MARGIN, top)
    for row in rows:
        yield b"<" + printable(row).encode(_ENCODING).hex().encode("ascii") + b"> Tj T*\n"
    yield b"ET\n"
