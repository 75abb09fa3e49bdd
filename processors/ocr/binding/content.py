"""The content stream of a PDF page, parsed within bounds."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import pikepdf
from pikepdf import Name

Instruction = pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage
#: Scans have a few operators a picture, an old text layer some ten a word. Larger streams are not looked into.
_MOST_BYTES = 4 * 1024 * 1024

#: what shows text, and what only prepares it
SHOWS_TEXT = frozenset(("Tj", "TJ", "'", '"'))
TEXT = SHOWS_TEXT | frozenset(("BT", "ET", "Tf", "Tr", "Td", "TD", "Tm", "T*", "Tc", "Tw", "Tz", "TL", "Ts"))
#: marks for programs that read structure
MARKS = frozenset(("BMC", "BDC", "EMC", "MP", "DP"))


def instructions(pdf: pikepdf.Pdf, owner: pikepdf.Object) -> list[Instruction] | None:
    """The operators of a page or form; None where they are too many, or packed in ways that scans are not."""
    data = b""
    for stream in _streams(owner):
        piece = _unpacked(stream, _MOST_BYTES - len(data))
        if piece is None:
            return None
        data += piece + b"\n"
    return list(pikepdf.parse_content_stream(pdf.make_stream(data)))


def _streams(owner: pikepdf.Object) -> Iterator[pikepdf.Object]:
    if isinstance(owner, pikepdf.Stream):
        yield owner
        return
    contents = owner.get("/Contents")
    if isinstance(contents, pikepdf.Array):
        yield from contents
    elif contents is not None:
        yield contents


def _unpacked(stream: pikepdf.Object, most: int) -> bytes | None:
    """At most so many bytes: a small stream may unpack to gigabytes."""
    if not isinstance(stream, pikepdf.Stream) or int(stream.get("/Length", 0)) > most:
        return None
    packing = stream.get("/Filter")
    if isinstance(packing, pikepdf.Array) and len(packing) == 1:
        packing = packing[0]
    if packing is None or (isinstance(packing, pikepdf.Array) and len(packing) == 0):
        return stream.read_raw_bytes()
    if packing != Name.FlateDecode or stream.get("/DecodeParms") is not None:
        return None
    unpacking = zlib.decompressobj()
    try:
        data = unpacking.decompress(stream.read_raw_bytes(), most)
    except zlib.error:
        return None
    return None if unpacking.unconsumed_tail else data
