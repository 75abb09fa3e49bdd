"""What a file is by its content: the first bytes decide, never the name.

Own signatures come first, for the types that Chancery reads and for programs; the `filetype` library then names
what is left, so that a refusal can say what came in.
"""

from __future__ import annotations

import codecs
from pathlib import Path

import filetype

#: Readers look for a PDF's header in the first 1,024 bytes (PDF 1.7, appendix H, note 13).
HEAD_BYTES = 1024
#: `filetype` wants 8,192 bytes to see into zip containers.
PEEK_BYTES = 8192
PROGRAM = "application/x-executable"
TEXT = "text/plain"
PDF = "application/pdf"
UNKNOWN = "application/octet-stream"

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"II+\x00", "image/tiff"),  # BigTIFF
    (b"MM\x00+", "image/tiff"),
    # Old office files, mails and encrypted new ones share this container; `filetype` calls all of them Excel.
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"\x7fELF", PROGRAM),
    (b"MZ", PROGRAM),
    (b"#!", PROGRAM),
    (b"\xfe\xed\xfa\xce", PROGRAM),  # Mach-O, in its four byte orders, and universal
    (b"\xfe\xed\xfa\xcf", PROGRAM),
    (b"\xce\xfa\xed\xfe", PROGRAM),
    (b"\xcf\xfa\xed\xfe", PROGRAM),
    (b"\xca\xfe\xba\xbe", PROGRAM),
)
#: Sizes of the second header of a BMP, by version; "BM" alone would claim every text that begins with it.
_BMP_HEADERS = (12, 40, 52, 56, 64, 108, 124)
#: For these our own signatures are the stricter ones.
_OWN = frozenset(("image/bmp", "image/webp", *(name for _, name in _SIGNATURES)))
#: What text may hold beside printable characters.
_TEXT_CONTROLS = frozenset(b"\t\n\r\f")


def media_type(untrusted_file: Path) -> str:
    """The media type by content; `UNKNOWN` if nothing fits."""
    with untrusted_file.open("rb") as stream:
        untrusted_head = stream.read(PEEK_BYTES)
    return _by_signature(untrusted_head) or _text(untrusted_file) or UNKNOWN


def _by_signature(head: bytes) -> str:
    for signature, name in _SIGNATURES:
        if head.startswith(signature):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADERS:
        return "image/bmp"
    # A zip, a script or a picture that holds "%PDF-" a little later is what it is first.
    known: str | None = filetype.guess_mime(head)
    if known and known not in _OWN:
        return known
    return PDF if b"%PDF-" in head[:HEAD_BYTES] else ""


def _text(untrusted_file: Path) -> str:
    """`TEXT` if the whole file is UTF-8 without control characters, read in pieces."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with untrusted_file.open("rb") as stream:
            while piece := stream.read(1 << 20):
                decoder.decode(piece)
                if any(byte in piece for byte in range(32) if byte not in _TEXT_CONTROLS):
                    return ""
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return ""
    return TEXT
