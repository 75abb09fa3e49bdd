"""Office files and web pages: LibreOffice makes a PDF of them once, at the door, and that is read ever after.

What a person would see on paper is what counts: hidden sheets, rows and text stay hidden, comments stay out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pypdfium2

from processors.formats import archive, kinds, sheets_to_width, soffice, web_page
from processors.formats.frozen import frozen
from processors.formats.pdf import opened
from processors.formats.port import Opened, Refused, Rendition, Terms
from processors.formats.unlock import unlocked
from processors.reasons import QuarantineReason

_ZIPPED = frozenset((kinds.DOCX, kinds.XLSX, kinds.PPTX, kinds.ODT, kinds.ODS, kinds.ODP))
_SHEETS = frozenset((kinds.XLSX, kinds.XLS, kinds.ODS))


@dataclass(frozen=True)
class _Filters:
    """LibreOffice's names for what reads and what writes."""

    reads: str
    writes: str


_WRITER, _CALC, _IMPRESS = "pdf:writer_pdf_Export", "pdf:calc_pdf_Export", "pdf:impress_pdf_Export"
FILTERS = {
    kinds.DOCX: _Filters("MS Word 2007 XML", _WRITER),
    kinds.DOC: _Filters("MS Word 97", _WRITER),
    kinds.ODT: _Filters("writer8", _WRITER),
    kinds.RTF: _Filters("Rich Text Format", _WRITER),
    kinds.HTML: _Filters("HTML (StarWriter)", _WRITER),
    kinds.XLSX: _Filters("Calc MS Excel 2007 XML", _CALC),
    kinds.XLS: _Filters("MS Excel 97", _CALC),
    kinds.ODS: _Filters("calc8", _CALC),
    kinds.PPTX: _Filters("Impress MS PowerPoint 2007 XML", _IMPRESS),
    kinds.PPT: _Filters("MS PowerPoint 97", _IMPRESS),
    kinds.ODP: _Filters("impress8", _IMPRESS),
}


class OfficeFormat:
    """One type of office file."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def open(self, untrusted_file: Path, terms: Terms) -> Opened:
        """See `Format.open`."""
        return rendered(untrusted_file, self._kind, terms)


def rendered(untrusted_file: Path, kind: str, terms: Terms) -> Opened:
    """The file as a PDF.

    Raises:
        Refused: encrypted, damaged, or too large in any way.
        StageFailed: LibreOffice is not installed.
    """
    if kind in _ZIPPED:
        archive.weigh(untrusted_file, terms)
    plain = unlocked(untrusted_file, kind, terms)
    terms.inspect(plain, kind)
    readable = frozen(plain, kind, terms)
    reads, writes = FILTERS[kind].reads, FILTERS[kind].writes
    if kind == kinds.HTML:
        readable = web_page.alone(readable, terms)
    if kind in _SHEETS:
        readable = sheets_to_width.fitted(readable, kind, reads, terms)
        reads = FILTERS[kinds.ODS].reads
    made = soffice.convert(readable, reads, writes, terms.scratch)
    rendition = made.rename(terms.scratch / "rendition.pdf")
    counted = opened(rendition, terms)
    if not _says_anything(rendition):
        # Also what LibreOffice makes of a file that it takes for its type, and finds nothing readable in.
        raise Refused(QuarantineReason.NO_PAGES, blank_pages=counted.pages)
    return replace(counted, rendition=Rendition(rendition, "application/pdf"), engine=soffice.engine())


def _says_anything(rendition: Path) -> bool:
    """Whether anything at all is drawn on a page."""
    with pypdfium2.PdfDocument(rendition) as pdf:
        return any(next(page.get_objects(max_depth=1), None) is not None for page in pdf)
