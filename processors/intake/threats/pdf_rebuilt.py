"""PDFs whose table of places is broken: each reader makes another out of what it finds, and sees other objects.

One takes the first of two objects of a number, another the last; one reads on in streams of objects, another leaves
them. So with such a file it is not enough to ask one of them what is in it: what stands in the file counts, word by
word, whoever may come to see it.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium_c

from processors.formats.port import Refused
from processors.intake.threats.finding import Finding
from processors.reasons import QuarantineReason

_REBUILT = "Attempting to reconstruct cross-reference table"
#: Words of so many letters stand in no picture by chance.
_LONG = 6
_PLACE = re.compile(rb"startxref\s+\d+")
_OBJECT = re.compile(rb"\d\s+obj\b")
_PACKED = re.compile(rb"/ObjStm\b")
_STREAM = re.compile(rb"\bstream\r?\n.*?endstream", re.DOTALL)
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_BEHIND = rb"(?![A-Za-z0-9_.+-])"


def readers_differ(untrusted_file: Path, remarks: Iterable[str]) -> bool:
    """Whether one reader or the other had to make a table, or the file goes on behind the last one.

    Args:
        untrusted_file: the file
        remarks: qpdf's, on opening it
    """
    if any(_REBUILT in remark for remark in remarks) or _goes_on(untrusted_file):
        return True
    try:
        with pypdfium2.PdfDocument(untrusted_file) as other:
            return not pdfium_c.FPDF_DocumentHasValidCrossReferenceTable(other)
    except pypdfium2.PdfiumError:
        return False  # there is no other view of it


def _goes_on(untrusted_file: Path) -> bool:
    """Whether there are objects behind the place of the last table."""
    with untrusted_file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        at = content.rfind(b"startxref")
        while at >= 0 and _PLACE.match(content, at) is None:
            at = content.rfind(b"startxref", 0, at)
        return _OBJECT.search(content, max(at, 0)) is not None


def findings(untrusted_file: Path, pdf: pikepdf.Pdf, words: Mapping[bytes, Finding]) -> Iterator[Finding]:
    """What the words of the file speak of.

    Args:
        untrusted_file: the file
        pdf: as qpdf sees it
        words: names, such as "/Launch", and what they stand for

    Raises:
        Refused: it has streams of objects that qpdf does not see.
        PdfError: one of them cannot be unpacked.
    """
    content = _without_escapes(untrusted_file.read_bytes())
    packs = [
        one for one in pdf.objects if isinstance(one, pikepdf.Stream) and one.get("/Type") == pikepdf.Name.ObjStm
    ]
    if len(_PACKED.findall(content)) > len(packs):
        raise Refused(QuarantineReason.DAMAGED)
    yield from _said(content, {word: finding for word, finding in words.items() if len(word) > _LONG})
    for text in (_STREAM.sub(b"", content), *(_without_escapes(pack.read_bytes()) for pack in packs)):
        yield from _said(text, words)


def _said(text: bytes, words: Mapping[bytes, Finding]) -> Iterator[Finding]:
    found = re.compile(rb"(?:" + b"|".join(map(re.escape, words)) + rb")" + _BEHIND)
    yield from {words[match[0]] for match in found.finditer(text)}


def _without_escapes(text: bytes) -> bytes:
    return _ESCAPED.sub(lambda escaped: bytes.fromhex(escaped[1].decode()), text)
