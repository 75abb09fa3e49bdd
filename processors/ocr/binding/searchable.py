"""`searchable.pdf`: the pages as they came, with the words that were read as an invisible text layer over them."""

from __future__ import annotations

import warnings
import zlib
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

import pikepdf
from pikepdf import Dictionary, Name

from processors.ocr.binding import archival, ghost_text
from processors.ocr.binding.disarming import disarm
from processors.ocr.binding.glyphless import Glyphless
from processors.ocr.binding.layer import Layer
from processors.ocr.binding.placing import Frame
from processors.ocr.binding.remarks import Remark
from processors.pages import Page

#: What qpdf and pikepdf raise on files that pdfium still reads; a value of the wrong type surfaces as any of these.
PDF_FAULTS = (
    pikepdf.exceptions.PikepdfError,
    ValueError,
    TypeError,
    AttributeError,
    KeyError,
    IndexError,
    ArithmeticError,
    RuntimeError,
)
#: Sources of pages whose words are ours; a good text layer stays as it is.
WORDS_OF = ("ocr", "model")
_FONT = "ChanceryText"


class Damaged(Exception):
    """The PDF cannot be rewritten."""


def overlay(pdf_file: Path, records: Iterator[Page], out: Path) -> set[Remark]:
    """Write `out`, and say what there is to say about it.

    Args:
        pdf_file: the original, or the PDF that was made of it
        records: what was read on each page, in order; words are wanted of the pages of `WORDS_OF` alone
        out: to be written

    Raises:
        Damaged: the PDF cannot be rewritten, or has other pages than were read.
    """
    try:
        with warnings.catch_warnings(), pikepdf.open(pdf_file) as pdf:
            warnings.simplefilter("ignore")  # remarks on odd documents, in which the sender's text may be quoted
            return _overlay(pdf, records, out)
    except PDF_FAULTS as error:
        raise Damaged from error


def _overlay(pdf: pikepdf.Pdf, records: Iterator[Page], out: Path) -> set[Remark]:
    remarks = {Remark.ACTIVE_CONTENT_REMOVED} if disarm(pdf) else set()
    inspection = archival.Inspection(pdf)
    font = Glyphless(pdf)
    layer = Layer(font)
    laid = False
    for page, record in zip_longest(pdf.pages, records):
        if page is None or record is None:
            raise ValueError("the PDF has other pages than were read")
        if record.source in WORDS_OF and record.words:
            ghost_text.remove(pdf, page)
            inspection.look(page)
            _lay(pdf, page, record, layer, font)
            laid = True
        else:
            inspection.look(page)
    if laid:
        font.finish()
    if inspection.doubt is None:
        archival.declare(pdf)
    else:
        archival.disclaim(pdf)
        remarks.add(inspection.doubt)
    # What is compressed stays as it is; objects that were packed together are packed again. The file's identity
    # follows from its content, so a second try writes the same bytes.
    pdf.save(
        out,
        compress_streams=True,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        deterministic_id=True,
        force_version="1.7" if inspection.doubt is None else "",
    )
    return remarks


def _lay(pdf: pikepdf.Pdf, page: pikepdf.Page, record: Page, layer: Layer, font: Glyphless) -> None:
    """Before the page's own content, which may leave the axes turned behind it; invisible text hides nothing."""
    content = layer.content(record, Frame.of(page, record), _named(page, font))
    packed = pdf.make_stream(zlib.compress(content, 1), Filter=Name.FlateDecode)
    page.contents_add(packed, prepend=True)


def _named(page: pikepdf.Page, font: Glyphless) -> str:
    """The font's name on this page: pages may share resources, or have been through here before."""
    resources = page.obj.get("/Resources")
    if not isinstance(resources, Dictionary):
        resources = page.obj.Resources = Dictionary()
    fonts = resources.get("/Font")
    if not isinstance(fonts, Dictionary):
        fonts = resources.Font = Dictionary()
    name = _FONT
    while (other := fonts.get("/" + name)) is not None:
        if other.is_indirect and other.objgen == font.font.objgen:
            return name
        name += "x"
    fonts["/" + name] = font.font
    return name
