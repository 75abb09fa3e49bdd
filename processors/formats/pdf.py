"""PDF: pdfium opens it; what pdfium cannot, qpdf may repair; what is locked, a registered password may open."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium_c

from processors.config import Limits
from processors.formats import attached, page_size
from processors.formats.cut_off import lost_content
from processors.formats.port import Opened, Refused, Rendition, Terms
from processors.reasons import QuarantineReason

# qpdf's remarks quote the document, which no log may do.
logging.getLogger("pikepdf._core").disabled = True

_PDF = "application/pdf"
#: Pages, spread over the document, that tell whether it carries text: a millisecond each.
_LOOKED_AT = 8
#: A page of fewer characters may be a scan with a stamp.
_WRITTEN_CHARACTERS = 250
_WRITTEN_SHARE = 0.8
_NEEDS_PASSWORD = (pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY)


class PdfFormat:
    """PDF files. Files attached to a PDF become documents of their own where the terms say so."""

    def open(self, untrusted_file: Path, terms: Terms) -> Opened:
        """See `Format.open`."""
        if lost_content(untrusted_file):
            raise Refused(QuarantineReason.DAMAGED)
        terms.inspect(untrusted_file, _PDF)
        try:
            found = opened(untrusted_file, terms)
            _agreed(untrusted_file, found.pages)
            return replace(found, enclosures=attached.files(untrusted_file, terms))
        except Refused as refused:
            if refused.outcome.reason is not QuarantineReason.ENCRYPTED or not terms.passwords:
                raise
        unlocked = _unlocked(untrusted_file, terms)
        terms.inspect(unlocked, _PDF)
        return replace(
            opened(unlocked, terms),
            rendition=Rendition(unlocked, _PDF),
            enclosures=attached.files(unlocked, terms),
        )


def _agreed(untrusted_file: Path, pages: int) -> None:
    """See that qpdf finds the same pages as pdfium.

    Where two readers see different documents nobody knows which of them the sender meant to be read; it is also how
    one document is shown to people and another to machines.

    Raises:
        Refused: it finds others, or none.
    """
    try:
        with pikepdf.open(untrusted_file) as pdf:
            others = len(pdf.pages)
    except (pikepdf.PdfError, pikepdf.PasswordError, ValueError, TypeError, RuntimeError) as error:
        raise Refused(QuarantineReason.DAMAGED, pages=pages) from error
    if others != pages:
        raise Refused(QuarantineReason.DAMAGED, pages=pages, pages_by_another_reader=others)


def opened(untrusted_file: Path, terms: Terms) -> Opened:
    """How many pages a PDF has, the size of each checked, and whether they carry text.

    Raises:
        Refused: it cannot be opened, or breaks a limit.
    """
    with open_pdf(untrusted_file, terms.scratch, terms.limits) as pdf:
        count = len(pdf)
        for number in range(1, count + 1):
            width, height = pdf.get_page_size(number - 1)
            page_size.check_points(number, width, height, terms.limits)
        looked_at = range(0, count, max(count // _LOOKED_AT, 1))
        written = sum(_characters(pdf, index) >= _WRITTEN_CHARACTERS for index in looked_at)
        return Opened(count, written=written >= _WRITTEN_SHARE * len(looked_at))


def _characters(pdf: pypdfium2.PdfDocument, index: int) -> int:
    try:
        page = pdf.get_page(index)
        text = page.get_textpage()
        count = int(text.count_chars())
        text.close()
        page.close()
        return count
    except pypdfium2.PdfiumError:
        return 0


def _unlocked(untrusted_file: Path, terms: Terms) -> Path:
    """A copy without encryption, opened with the first registered password that fits."""
    rendition = terms.scratch / "rendition.pdf"
    for password in terms.passwords:
        try:
            with pikepdf.open(untrusted_file, password=password) as pdf:
                pdf.save(rendition)
            return rendition
        except pikepdf.PasswordError:
            continue
        except (pikepdf.PdfError, ValueError, RuntimeError) as error:
            raise Refused(QuarantineReason.DAMAGED) from error
    raise Refused(QuarantineReason.ENCRYPTED, passwords_tried=len(terms.passwords))


@contextmanager
def open_pdf(untrusted_file: Path, scratch: Path, limits: Limits) -> Iterator[pypdfium2.PdfDocument]:
    """Open a PDF whose every page can be reached; intake and recognition thus count the same pages.

    Raises:
        Refused: encrypted, damaged beyond repair, without pages, or with too many.
    """
    pdf = _open(untrusted_file)
    if pdf is None or not _whole(pdf, limits):
        if pdf is not None:
            pdf.close()
        pdf = _open(_repair(untrusted_file, scratch, limits))
        if pdf is None or not _whole(pdf, limits):
            raise Refused(QuarantineReason.DAMAGED)
    try:
        yield pdf
    finally:
        pdf.close()


def _open(untrusted_file: Path) -> pypdfium2.PdfDocument | None:
    """The document as pdfium sees it; None if it sees none or no page in it."""
    try:
        return pypdfium2.PdfDocument(untrusted_file)
    except pypdfium2.PdfiumError as error:
        if error.err_code in _NEEDS_PASSWORD and _locked(untrusted_file):
            raise Refused(QuarantineReason.ENCRYPTED) from error
        return None


def _locked(untrusted_file: Path) -> bool:
    """Whether qpdf, too, wants a password: pdfium takes some damage for encryption."""
    try:
        pikepdf.open(untrusted_file).close()
    except pikepdf.PasswordError:
        return True
    except (pikepdf.PdfError, ValueError, RuntimeError):
        return False
    return False


def _whole(pdf: pypdfium2.PdfDocument, limits: Limits) -> bool:
    """Whether every page that pdfium counts is there; a count beyond the limit is refused before it is walked."""
    count = len(pdf)
    if count > limits.max_pages:
        raise Refused(QuarantineReason.TOO_MANY_PAGES, pages=count, limit=limits.max_pages)
    try:
        for index in range(count):
            pdf.get_page_size(index)
    except pypdfium2.PdfiumError:
        return False
    return True


def _repair(untrusted_file: Path, scratch: Path, limits: Limits) -> Path:
    """A copy rebuilt by qpdf.

    A page tree that promises too many pages is corrected, but a tree that names a page which is not there means
    that pages were lost: half a document must not pass for a whole one.
    """
    repaired = scratch / "repaired.pdf"
    try:
        # Handing down inherited attributes would tidy the tree up before it can be looked at.
        with pikepdf.open(untrusted_file, inherit_page_attributes=False) as pdf:
            if _lost_page(pdf.Root.get("/Pages")):
                raise Refused(QuarantineReason.DAMAGED)
            count = len(pdf.pages)
            if count == 0:
                raise Refused(QuarantineReason.NO_PAGES)
            if count > limits.max_pages:
                raise Refused(QuarantineReason.TOO_MANY_PAGES, pages=count, limit=limits.max_pages)
            pdf.save(repaired)
    except pikepdf.PasswordError as error:
        raise Refused(QuarantineReason.ENCRYPTED) from error
    # qpdf reports damage as PdfError; a catalogue or a value of the wrong type surfaces as one of the others.
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError, KeyError, RuntimeError) as error:
        raise Refused(QuarantineReason.DAMAGED) from error
    return repaired


def _lost_page(tree: pikepdf.Object | None) -> bool:
    """Whether a kid in the page tree is no page. Each node is visited once, so a loop ends."""
    waiting = [tree]
    seen: set[tuple[int, int]] = set()
    while waiting:
        node = waiting.pop()
        if not isinstance(node, pikepdf.Dictionary):
            return True
        if node.is_indirect:
            if node.objgen in seen:
                continue
            seen.add(node.objgen)
        kids = node.get("/Kids")
        if isinstance(kids, pikepdf.Array):
            waiting.extend(kids)
    return False
