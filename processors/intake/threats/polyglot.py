"""Files of two types at once: what a scanner takes for one may be opened as the other.

A second type counts where its own readers would find it: a ZIP by the record at its end, a PDF by its header in
the first 1,024 bytes, anything else right behind the end of a PDF or a picture. What lies within a file as a part
of it, such as a PDF stored in a ZIP, is no second type.
"""

from __future__ import annotations

import mmap
import re
import struct
from pathlib import Path

from processors.formats import detect, kinds

_ZIP_END, _ZIP_END_BYTES, _MOST_COMMENT = b"PK\x05\x06", 22, 65_535
_ZIP_TYPES = frozenset((
    kinds.ZIP, kinds.PACKAGE, kinds.EPUB, kinds.DOCX, kinds.XLSX, kinds.PPTX, kinds.ODT, kinds.ODS, kinds.ODP,
))  # fmt: skip
#: May quote a PDF, or carry one.
_QUOTING = frozenset((detect.TEXT, kinds.EML, *_ZIP_TYPES))
#: An end, and right behind it another beginning.
_BEHIND = re.compile(
    rb"(?:%%EOF|IEND\xaeB`\x82|\xff\xd9|\x00;)\s{0,64}"
    rb"(PK\x03\x04|Rar!\x1a\x07|7z\xbc\xaf'\x1c|\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1|\x7fELF|"
    rb"MZ[\s\S]{30,600}?This program|"
    rb"<\?php|<(?i:!doctype html|html|script|svg|hta:))"
)
_PDF_BEHIND = re.compile(rb"(?:IEND\xaeB`\x82|\xff\xd9)\s{0,64}%PDF-1")
_PDF_END_BYTES = 2048
#: So few bytes before a header are a transfer's slip, and no file.
_STRAY = 16
_TYPED = frozenset((*b"\t\r\n\f\x1b", *range(0x20, 0x7F), *range(0x80, 0x100)))


def second_type(untrusted_file: Path, media_type: str) -> bool:
    """Whether the file is of another type, too.

    Args:
        untrusted_file: not empty
        media_type: what it was found to be
    """
    with untrusted_file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if media_type in _ZIP_TYPES:
            return _hides_in_comment(content)
        if (at := _zip_end(content)) >= 0 and _lists(content, at):
            return True
        if media_type == detect.PDF:
            return _odd_beginning(content) or _BEHIND.search(content) is not None or _zip_behind(content)
        if media_type not in _QUOTING and _is_pdf(content):
            return True
        if not media_type.startswith("image/"):
            return False
        return any(pattern.search(content) for pattern in (_BEHIND, _PDF_BEHIND)) or _zip_behind(content)


def _is_pdf(content: mmap.mmap) -> bool:
    """Whether a PDF's header stands where its readers look for it, and its end too."""
    return content.find(b"%PDF-", 0, detect.HEAD_BYTES) >= 0 and b"startxref" in content[-_PDF_END_BYTES:]


def _odd_beginning(content: mmap.mmap) -> bool:
    """Whether something that is no text stands before a PDF's header: lines of text are left by gateways."""
    before = content[: max(content.find(b"%PDF-"), 0)].removeprefix(b"\xef\xbb\xbf")
    return len(before) > _STRAY and any(byte not in _TYPED for byte in before)


def _zip_end(content: mmap.mmap) -> int:
    """Where the record at the end of a ZIP stands whose comment ends with the file; -1 if there is none."""
    at = content.rfind(_ZIP_END, max(0, len(content) - _ZIP_END_BYTES - _MOST_COMMENT))
    while at >= 0:
        if at + _ZIP_END_BYTES <= len(content):
            (comment,) = struct.unpack_from("<H", content, at + 20)
            if at + _ZIP_END_BYTES + comment == len(content):
                return at
        at = content.rfind(_ZIP_END, max(0, len(content) - _ZIP_END_BYTES - _MOST_COMMENT), at)
    return -1


def _zip_behind(content: mmap.mmap) -> bool:
    """Whether a ZIP ends behind the end of a PDF or a JPEG, whatever follows: unpackers are lenient."""
    at = content.rfind(_ZIP_END)
    return at > max(content.rfind(b"%%EOF"), content.rfind(b"\xff\xd9")) and _lists(content, at)


def _lists(content: mmap.mmap, at: int) -> bool:
    """Whether the list of files stands right before the record, as it must."""
    if at + _ZIP_END_BYTES > len(content):
        return False
    (size,) = struct.unpack_from("<I", content, at + 12)
    return size > 0 and content[max(at - size, 0) : max(at - size, 0) + 4] == b"PK\x01\x02"


def _hides_in_comment(content: mmap.mmap) -> bool:
    at = content.rfind(_ZIP_END)
    comment = content[at + _ZIP_END_BYTES :] if at >= 0 else b""
    return b"%%EOF" in comment or b"%PDF-" in comment or re.search(rb"(?i)<script|<html", comment) is not None
