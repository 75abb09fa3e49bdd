"""What a file is by its content: the first bytes decide, never the name.

Own signatures come first, for the types that Chancery reads and for programs; the `filetype` library then names
what is left, so that a refusal can say what came in. Only among types written in letters, which content alone
cannot always tell apart, does the name break a tie.
"""

from __future__ import annotations

from pathlib import Path

import filetype

from processors.formats import charset, containers, kinds, textlike

#: Readers look for a PDF's header in the first 1,024 bytes (PDF 1.7, appendix H, note 13).
HEAD_BYTES = 1024
#: `filetype` wants 8,192 bytes; a mail's first header fields are in them too.
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
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", kinds.OLE),
    (b"PK\x03\x04", kinds.ZIP),
    (b"PK\x05\x06", kinds.ZIP),  # with nothing in it
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
#: A name that says so makes one of these of a text, whose content is too short or too odd to say it itself.
_TIES = frozenset((kinds.HTML, kinds.EML))


def media_type(untrusted_file: Path, claimed: str = "") -> str:
    """The media type by content; `UNKNOWN` if nothing fits.

    Args:
        untrusted_file: the file
        claimed: the type that its name claims; breaks a tie among types written in letters, and nothing else
    """
    with untrusted_file.open("rb") as stream:
        untrusted_head = stream.read(PEEK_BYTES)
    found = _by_signature(untrusted_head)
    if found == kinds.OLE:
        return containers.in_ole(untrusted_file)
    if found == kinds.ZIP:
        return containers.in_zip(untrusted_file)
    if not found and charset.encoding_of(untrusted_file):
        return claimed if claimed in _TIES else TEXT
    return found or UNKNOWN


def _by_signature(head: bytes) -> str:
    for signature, name in _SIGNATURES:
        if head.startswith(signature):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADERS:
        return "image/bmp"
    if written := textlike.by_head(head):
        return written
    # A script or a picture that holds "%PDF-" a little later is what it is first.
    known: str | None = filetype.guess_mime(head)
    if known and known not in _OWN:
        return known
    return PDF if b"%PDF-" in head[:HEAD_BYTES] else ""
