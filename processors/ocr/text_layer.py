"""The words of a PDF page's text layer, with boxes, from pdfium's characters."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium_c

from processors.pages import Box, Word

_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
#: What pdfium reports for a hyphen at the end of a line.
_LINE_END_HYPHEN = "\x02"
#: A new block begins where the next line's top is further below than so many line heights.
_BLOCK_GAP = 1.2


#: Modes in which text leaves no ink: not drawn at all, or used as a stencil only.
_GHOSTLY = (pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium_c.FPDF_TEXTRENDERMODE_CLIP)


@dataclass(frozen=True, slots=True)
class Token:
    """A word before its place in lines and blocks is known."""

    text: str
    #: points, origin top left
    box: Box
    #: whether pdfium broke the line before it
    breaks: bool
    #: whether it is drawn in a mode that leaves no ink
    ghost: bool


def arrange(tokens: list[Token]) -> tuple[Word, ...]:
    """Words with lines and blocks, in pdfium's order."""
    found: list[Word] = []
    line, block = 0, 0
    previous: Box | None = None
    for token in tokens:
        if previous is not None and (token.breaks or not _beside(previous, token.box)):
            line += 1
            block += not _below(previous, token.box)
        found.append(Word(token.text, token.box, 1.0, line, block))
        previous = token.box
    return tuple(found)


def tokens(page: pypdfium2.PdfPage) -> Iterator[Token]:
    """The words of the page's text layer, boxes in points with the origin at the page's top left."""
    textpage = page.get_textpage()
    try:
        to_page = _Frame(page)
        rect = pdfium_c.FS_RECTF()
        characters: list[str] = []
        boxes: list[Box] = []
        broke = breaks = False
        first = 0
        # One more than there are, so that the last word ends like every other.
        count = textpage.count_chars()
        for index in range(count + 1):
            code = pdfium_c.FPDFText_GetUnicode(textpage, index) if index < count else 0x20
            character = "-" if chr(code) == _LINE_END_HYPHEN else chr(code)
            if code and not character.isspace():
                if not characters:
                    breaks, broke = broke, False
                    first = index
                characters.append(character)
                if pdfium_c.FPDFText_GetLooseCharBox(textpage, index, ctypes.byref(rect)):
                    boxes.append((rect.left, rect.bottom, rect.right, rect.top))
                continue
            box = to_page.box(boxes)
            if characters and box is not None:
                yield Token(_text(characters), box, breaks, _ghost(textpage, first))
            characters.clear()
            boxes.clear()
            broke = broke or character in "\r\n"
    finally:
        textpage.close()


def _ghost(textpage: pypdfium2.PdfTextPage, index: int) -> bool:
    drawn = pdfium_c.FPDFText_GetTextObject(textpage, index)
    return bool(drawn) and pdfium_c.FPDFTextObj_GetTextRenderMode(drawn) in _GHOSTLY


def _text(characters: list[str]) -> str:
    """Characters as text: pdfium may hand over the halves of a surrogate pair one by one."""
    joined = "".join(characters).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return joined.translate(_LIGATURES)


class _Frame:
    """From PDF canvas units (origin bottom left, unturned) to the page as it is seen."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        self._left, self._bottom, self._right, self._top = page.get_bbox()
        self._rotation: int = page.get_rotation()
        self._width, self._height = page.get_size()

    def box(self, boxes: list[Box]) -> Box | None:
        """The union of canvas boxes as a box on the page; None if nothing of it is on the page."""
        if not boxes:
            return None
        x0, y0 = min(b[0] for b in boxes), min(b[1] for b in boxes)
        x1, y1 = max(b[2] for b in boxes), max(b[3] for b in boxes)
        if self._rotation == 90:
            turned = (y0 - self._bottom, x0 - self._left, y1 - self._bottom, x1 - self._left)
        elif self._rotation == 180:
            turned = (self._right - x1, y0 - self._bottom, self._right - x0, y1 - self._bottom)
        elif self._rotation == 270:
            turned = (self._top - y1, self._right - x1, self._top - y0, self._right - x0)
        else:
            turned = (x0 - self._left, self._top - y1, x1 - self._left, self._top - y0)
        left, right = max(turned[0], 0.0), min(turned[2], self._width)
        top, bottom = max(turned[1], 0.0), min(turned[3], self._height)
        return (left, top, right, bottom) if left < right and top < bottom else None


def _beside(previous: Box, box: Box) -> bool:
    """Whether a box goes on in the line of the one before: not left of it, and half of the lower one overlaps."""
    overlap = min(previous[3], box[3]) - max(previous[1], box[1])
    lower = min(previous[3] - previous[1], box[3] - box[1])
    return overlap >= lower / 2 and box[2] > previous[0]


def _below(previous: Box, box: Box) -> bool:
    """Whether a line follows closely under the one before."""
    height = previous[3] - previous[1]
    return previous[1] < box[1] <= previous[3] + _BLOCK_GAP * height
