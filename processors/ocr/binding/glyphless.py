"""A font that shows nothing: it gives the words of the text layer a place and a width, and their characters a name.

Every character that the document uses gets a code of its own, and all codes show the one empty glyph. The map from
codes to characters (ToUnicode) therefore holds what is used and no more, characters outside the BMP as well.
"""

from __future__ import annotations

import struct
import zlib

import pikepdf
from pikepdf import Array, Dictionary, Name

#: thousandths of the font size: advance of every character, and how far a line reaches above and below its base
ADVANCE, ASCENT, DESCENT = 500, 800, -200
_UNITS_PER_EM = 1000
_NAME = Name("/ChanceryGlyphless")
_MOST_CODES = 0xFFFF
_UNKNOWN = "�"
#: a CMap may list this many characters in one block
_CMAP_BLOCK = 100
_CMAP = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
{blocks}endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""


class Glyphless:
    """The font of one PDF. It is written when all words are known; pages may refer to it before."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pdf = pdf
        #: what pages refer to
        self.font: pikepdf.Object = pdf.make_indirect(Dictionary(Type=Name.Font))
        self._codes = _Codes()

    def hex(self, text: str) -> str:
        """The codes of a text as the digits of a PDF hex string."""
        return "".join([self._codes[character] for character in text])

    def finish(self) -> None:
        """Write the font with the characters that were used."""
        pdf, most = self._pdf, len(self._codes)
        described = Dictionary(
            Type=Name.FontDescriptor,
            FontName=_NAME,
            Flags=5,  # fixed pitch, characters outside the Latin set
            FontBBox=Array([0, DESCENT, ADVANCE, ASCENT]),
            ItalicAngle=0,
            Ascent=ASCENT,
            Descent=DESCENT,
            CapHeight=ASCENT,
            StemV=80,
        )
        program = true_type()
        described.FontFile2 = _deflated(pdf, program)
        described.FontFile2.Length1 = len(program)
        descendant = Dictionary(
            Type=Name.Font,
            Subtype=Name.CIDFontType2,
            BaseFont=_NAME,
            CIDSystemInfo=Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
            FontDescriptor=pdf.make_indirect(described),
            DW=ADVANCE,
            CIDToGIDMap=_deflated(pdf, b"\0\0" + b"\0\1" * most),
        )
        self.font.Subtype = Name.Type0
        self.font.BaseFont = _NAME
        self.font.Encoding = Name("/Identity-H")
        self.font.DescendantFonts = Array([pdf.make_indirect(descendant)])
        self.font.ToUnicode = _deflated(pdf, self._to_unicode().encode("ascii"))

    def _to_unicode(self) -> str:
        lines = [f"<{code}> <{text.encode('utf-16-be').hex().upper()}>" for text, code in self._codes.items()]
        blocks = ""
        for start in range(0, len(lines), _CMAP_BLOCK):
            some = lines[start : start + _CMAP_BLOCK]
            blocks += f"{len(some)} beginbfchar\n" + "\n".join(some) + "\nendbfchar\n"
        return _CMAP.format(blocks=blocks)


class _Codes(dict[str, str]):
    """Character -> four hex digits, given out in the order of first use; 0 is no character."""

    def __missing__(self, character: str) -> str:
        if len(self) >= _MOST_CODES - 1 and character != _UNKNOWN:
            return self[_UNKNOWN]
        self[character] = code = f"{len(self) + 1:04X}"
        return code


def _deflated(pdf: pikepdf.Pdf, data: bytes) -> pikepdf.Stream:
    return pdf.make_stream(zlib.compress(data, 9), Filter=Name.FlateDecode)


def true_type() -> bytes:
    """A TrueType program of two glyphs, an empty ".notdef" and ours, in the tables that PDF asks for.

    Ours is a stroke without width across its box: pdfium does not see turned text whose glyphs have no height.
    """
    box = (0, DESCENT, ADVANCE, ASCENT)
    # One contour of two points, from corner to corner; the first point does not move in x.
    glyph = struct.pack(">hhhhhHHBBhhh", 1, *box, 1, 0, 0x11, 0x01, ADVANCE, DESCENT, ASCENT - DESCENT)
    head = struct.pack(
        ">IIIIHHqqhhhhHHhhh", 0x00010000, 0x00010000, 0, 0x5F0F3CF5, 0, _UNITS_PER_EM, 0, 0, *box, 0, 8, 2, 0, 0
    )
    hhea = struct.pack(">IhhhHhhhhhh8xhH", 0x00010000, ASCENT, DESCENT, 0, ADVANCE, 0, 0, ADVANCE, 1, 0, 0, 0, 2)
    maxp = struct.pack(">IH13H", 0x00010000, 2, *(2, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0))
    hmtx = struct.pack(">HhHh", ADVANCE, 0, ADVANCE, 0)
    loca = struct.pack(">3H", 0, 0, len(glyph) // 2)
    tables = {"glyf": glyph, "head": head, "hhea": hhea, "hmtx": hmtx, "loca": loca, "maxp": maxp}
    # Six tables: the search fields of the directory follow from their number.
    directory = struct.pack(">IHHHH", 0x00010000, 6, 64, 2, 32)
    at = len(directory) + 16 * len(tables)
    body = b""
    for tag, table in tables.items():
        padded = table + b"\0" * (-len(table) % 4)
        directory += tag.encode("ascii") + struct.pack(">III", _sum(padded), at + len(body), len(table))
        body += padded
    whole = bytearray(directory + body)
    adjustment = whole.index(head) + 8
    struct.pack_into(">I", whole, adjustment, (0xB1B0AFBA - _sum(bytes(whole))) & 0xFFFFFFFF)
    return bytes(whole)


def _sum(padded: bytes) -> int:
    numbers: tuple[int, ...] = struct.unpack(f">{len(padded) // 4}I", padded)
    return sum(numbers) & 0xFFFFFFFF
