"""Streams of a PDF: unpacked piece by piece, and no further than they may; readers unpack them whole."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

import pikepdf

from processors.config import Limits
from processors.formats.port import Refused
from processors.reasons import QuarantineReason

#: What a page's drawing, a font or a form may unpack to: a map of a city takes some 50 MB.
MOST_STREAM_BYTES = 256 * 1024 * 1024
#: Deflate shrinks to a thousandth at most, so that what is smaller than this need not be tried.
_HARMLESS = MOST_STREAM_BYTES // 1032
_PIECE = 1 << 20
#: names of the one filter that is undone here
FLATE = (pikepdf.Name.FlateDecode, pikepdf.Name("/Fl"))


def filters(stream: pikepdf.Stream) -> list[object]:
    """The names of what must be undone, in order."""
    named = stream.stream_dict.get("/Filter")
    if named is None:
        return []
    return list(named) if isinstance(named, pikepdf.Array) else [named]


def check(stream: pikepdf.Stream, limits: Limits) -> None:
    """See that a stream stays within bounds when a reader unpacks it.

    Raises:
        Refused: it unpacks too far, or is a picture of too many pixels.
    """
    about = stream.stream_dict
    if about.get("/Subtype") == pikepdf.Name.Image:
        width: object = about.get("/Width")
        height: object = about.get("/Height")
        if isinstance(width, int) and isinstance(height, int) and width * height > limits.max_unpacked_bytes:
            raise Refused(
                QuarantineReason.PAGE_TOO_LARGE,
                width=width,
                height=height,
                unit="pixels",
                limit_pixels=limits.max_unpacked_bytes,
            )
        return
    names = filters(stream)
    flate = [name for name in names if name in FLATE]
    if not flate or flate != names[: len(flate)]:
        return
    packed = stream.read_raw_bytes()
    if len(flate) == 1 and len(packed) <= _HARMLESS:
        return
    for _ in inflated(packed, len(flate)):
        pass


def inflated(packed: bytes, times: int) -> Iterator[bytes]:
    """The bytes, unpacked so many times, in pieces; what is broken ends early, as in readers.

    Raises:
        Refused: more than a stream may hold comes out, at whichever time.
    """
    pieces: Iterable[bytes] = (packed,)
    for _ in range(times):
        pieces = _once(pieces)
    yield from pieces


def _once(pieces: Iterable[bytes]) -> Iterator[bytes]:
    unpacking = zlib.decompressobj()
    total = 0
    try:
        for piece in pieces:
            rest = piece
            while rest and not unpacking.eof:
                out = unpacking.decompress(rest, _PIECE)
                rest = unpacking.unconsumed_tail
                total += len(out)
                if total > MOST_STREAM_BYTES:
                    raise Refused(QuarantineReason.EXPANDS_TOO_FAR, limit=MOST_STREAM_BYTES)
                yield out
    except zlib.error:
        return
