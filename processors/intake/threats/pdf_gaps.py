"""Whether other readers may see something in a PDF that qpdf does not: to who walks its objects, that is not there.

qpdf mends what it can and goes on. An object that it cannot read becomes an empty one; of two values of one key it
takes the last. Where the table of places does not hold, each reader makes another out of what it finds: one has the
first of two objects of a number, another the last; one reads on in streams of objects, another leaves them.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Sequence
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium_c

_PLACE = re.compile(rb"startxref\s+\d+")
_OBJECT = re.compile(rb"\d\s+obj\b")


def are_in(untrusted_file: Path, remarks: Sequence[str]) -> bool:
    """Whether there may be such things in it.

    Args:
        untrusted_file: the file
        remarks: qpdf's, when all objects were read. Each is of something that could be read otherwise: which of
            them hide anything nobody can list for every reader.
    """
    return bool(remarks) or _goes_on(untrusted_file) or _has_no_table(untrusted_file)


def _goes_on(untrusted_file: Path) -> bool:
    """Whether there are objects behind the place of the last table."""
    with untrusted_file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        at = content.rfind(b"startxref")
        while at >= 0 and _PLACE.match(content, at) is None:
            at = content.rfind(b"startxref", 0, at)
        return _OBJECT.search(content, max(at, 0)) is not None


def _has_no_table(untrusted_file: Path) -> bool:
    """Whether pdfium had to make one; where it opens nothing there is no other view."""
    try:
        with pypdfium2.PdfDocument(untrusted_file) as other:
            return not pdfium_c.FPDF_DocumentHasValidCrossReferenceTable(other)
    except pypdfium2.PdfiumError:
        return False
