"""What the makers of bad files share: PDFs written by hand, since libraries mend what is to be broken."""

from __future__ import annotations

import itertools
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from random import Random

TEXT = b"BT /F1 12 Tf 72 700 Td (The applicant filed the annual report in time.) Tj ET"
_HELVETICA = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


@dataclass(frozen=True)
class Made:
    name: str
    content: bytes
    reasons: frozenset[str]


def made(name: str, content: bytes, *reasons: str) -> Made:
    return Made(name, content, frozenset(reasons))


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (entries, len(content), content)


def pdf(
    *,
    catalogue: bytes = b"",
    page: bytes = b"",
    box: bytes = b"[0 0 612 792]",
    content: bytes = TEXT,
    entries: bytes = b"",
    resources: bytes = b"",
    more: Sequence[bytes] = (),
    count: int = 1,
) -> bytes:
    """A PDF of one page; `more` are objects from number 6 on."""
    kids = b" ".join([b"3 0 R"] * count)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R%s>>" % catalogue,
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, count),
        b"<</Type/Page/Parent 2 0 R/MediaBox%s/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>%s>>%s>>"
        % (box, resources, page),
        stream(content, entries),
        _HELVETICA,
        *more,
    ]
    out, offsets = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def packed_pdf(*bodies: bytes, entries: bytes = b"", catalogue: bytes = b"", deflated: int = 0) -> bytes:
    """A PDF of one page whose last objects, from number 6 on, lie in a stream of objects.

    It is deflated so many times, and has these entries besides.
    """
    loose = [
        b"<</Type/Catalog/Pages 2 0 R%s>>" % catalogue,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        stream(TEXT),
        _HELVETICA,
    ]
    numbers = range(len(loose) + 1, len(loose) + len(bodies) + 1)
    starts = itertools.accumulate((len(body) + 1 for body in bodies), initial=0)
    head = b" ".join(b"%d %d" % pair for pair in zip(numbers, starts, strict=False)) + b" "
    pack, table = numbers.stop, numbers.stop + 1
    filters = b"/Filter[%s]" % (b"/FlateDecode" * deflated) if deflated else b""
    about = b"/Type/ObjStm/N %d/First %d%s%s" % (len(bodies), len(head), filters, entries)
    content = head + b" ".join(bodies)
    for _ in range(deflated):
        content = zlib.compress(content)
    out, rows = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), {0: (0, 0, 65535)}
    rows |= {number: (2, pack, place) for place, number in enumerate(numbers)}
    for number, body in [*enumerate(loose, 1), (pack, stream(content, about))]:
        rows[number] = (1, len(out), 0)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    rows[table], start = (1, len(out), 0), len(out)
    places = b"".join(struct.pack(">BIH", *rows[number]) for number in range(table + 1))
    out += b"%d 0 obj\n" % table
    out += stream(places, b"/Type/XRef/Size %d/W[1 4 2]/Root 1 0 R" % (table + 1))
    return bytes(out + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % start)


@cache
def zeros(total: int) -> bytes:
    """So many blanks, deflated: one piece packed once, and written again and again."""
    piece, pieces = b" " * (1 << 20), total >> 20
    packing = zlib.compressobj(9)
    head = packing.compress(piece) + packing.flush(zlib.Z_FULL_FLUSH)
    again = packing.compress(piece) + packing.flush(zlib.Z_FULL_FLUSH)
    check = 1
    for _ in range(pieces):
        check = zlib.adler32(piece, check)
    end = b"\x03\x00"  # an empty last block
    return head + again * (pieces - 1) + end + struct.pack(">I", check)


def words(chance: Random, count: int = 40) -> str:
    """Something that reads like text."""
    return " ".join("".join(chance.choices("abcdefghilmnoprstu", k=chance.randint(2, 9))) for _ in range(count))
