"""`alto.xml`: words with their places in ALTO 4, the format of libraries and archives. One file for the document.

Units are tenths of a millimetre on the page as it is shown, origin top left: unlike pixels they stay true whatever
the resolution of the picture at hand. Words whose place is not proven have no position.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import TextIO
from xml.sax.saxutils import escape, quoteattr

from processors.ocr.binding.plain_text import printable
from processors.ocr.language import ISO_OF_PACK
from processors.pages import Page, Word

#: tenths of a millimetre in a point
UNITS_PER_POINT = 254.0 / 72.0
_ESCAPES = {'"': "&quot;"}
_POSITION = ' HPOS="%.1f" VPOS="%.1f" WIDTH="%.1f" HEIGHT="%.1f"'


class Alto:
    """Writes pages one by one; the head, which names all engines, is put before them at the end."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._body_path = path.with_suffix(".body")
        self._body: TextIO = self._body_path.open("w", encoding="utf-8")
        #: engine -> id of its `Processing`
        self._engines: dict[str, str] = {}

    def add(self, page: Page) -> None:
        """Write the next page."""
        number = page.number
        write = self._body.write
        write(f'<Page ID="P{number}" PHYSICAL_IMG_NR="{number}"{_size(page)}{self._state(page)}>')
        if page.source != "failed":
            write(f'<PrintSpace HPOS="0" VPOS="0"{_size(page)}>\n')
            language = _language(page)
            for block, lines in enumerate(_blocks(page)):
                words = [word for line in lines for word in line]
                write(f'<TextBlock ID="P{number}B{block}"{_place(words)}{language}>')
                for line in lines:
                    write(f"<TextLine{_place(line)}>{'<SP/>'.join(map(_string, line))}</TextLine>\n")
                write("</TextBlock>\n")
            write("</PrintSpace>")
        write("</Page>\n")

    def close(self) -> None:
        """Put head and pages together; the file is whole after this."""
        self._body.close()
        with self._path.open("w", encoding="utf-8") as whole, self._body_path.open(encoding="utf-8") as body:
            whole.write(_HEAD)
            for engine, name in self._engines.items():
                whole.write(_processing(engine, name))
            whole.write("</Description>\n<Layout>\n")
            shutil.copyfileobj(body, whole)
            whole.write("</Layout>\n</alto>\n")
        self._body_path.unlink()

    def _state(self, page: Page) -> str:
        """Attributes that say how the page was read, and how well."""
        if page.source == "failed":
            return f' QUALITY="Damaged" QUALITY_DETAIL={quoteattr("not read: " + printable(page.fault))}'
        turned = (page.turned - page.skew) % 360
        said = f' ROTATION="{turned:g}"' if turned else ""
        if page.words:
            said += f' PC="{min(max(page.confidence, 0.0), 1.0):.3f}"'
        if page.engine:
            name = self._engines.setdefault(page.engine, f"engine{len(self._engines) + 1}")
            said += f' PROCESSINGREFS="{name}"'
        return said


_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<alto xmlns="http://www.loc.gov/standards/alto/ns-v4#" SCHEMAVERSION="4.4">
<Description>
<MeasurementUnit>mm10</MeasurementUnit>
"""


def _processing(engine: str, name: str) -> str:
    """One engine, such as "tesserocr 5.5.4", with the version apart."""
    software, _, version = printable(engine).partition(" ")
    return (
        f'<Processing ID="{name}"><processingCategory>contentGeneration</processingCategory><processingSoftware>'
        f"<softwareName>{escape(software)}</softwareName><softwareVersion>{escape(version)}</softwareVersion>"
        "<applicationDescription>an engine of Chancery</applicationDescription>"
        "</processingSoftware></Processing>\n"
    )


def _blocks(page: Page) -> Iterable[list[list[Word]]]:
    """The lines of each block, without words that have nothing to print."""
    block: list[list[Word]] = []
    for line in page.lines():
        words = [word for word in line if printable(word.text)]
        if not words:
            continue
        if block and block[0][0].block != words[0].block:
            yield block
            block = []
        block.append(words)
    if block:
        yield block


def _size(page: Page) -> str:
    return f' WIDTH="{page.width * UNITS_PER_POINT:.1f}" HEIGHT="{page.height * UNITS_PER_POINT:.1f}"'


def _place(words: list[Word]) -> str:
    """The box around the words that have a place."""
    boxes = [word.box for word in words if word.placed]
    if not boxes:
        return ""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return _position(min(lefts), min(tops), max(rights), max(bottoms))


def _position(x0: float, y0: float, x1: float, y1: float) -> str:
    k = UNITS_PER_POINT
    return _POSITION % (x0 * k, y0 * k, (x1 - x0) * k, (y1 - y0) * k)


def _string(word: Word) -> str:
    # Letters and digits alone need neither cleaning nor escapes.
    text = word.text
    content = text if text.isalnum() else escape(printable(text), _ESCAPES)
    place = _position(*word.box) if word.placed else ""
    return f'<String CONTENT="{content}"{place} WC="{_share(word.confidence)}"/>'


@lru_cache(maxsize=1_024)
def _share(confidence: float) -> str:
    return f"{min(max(confidence, 0.0), 1.0):.3f}"


def _language(page: Page) -> str:
    """Known where one pack was used; of several nobody says which read which block."""
    code = ISO_OF_PACK.get(page.language, "")
    return f' LANG="{code}"' if code else ""
