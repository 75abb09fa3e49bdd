"""Pages of a PDF: the text layer where it is good, else the scan that lies in the page, else a rendering."""

from __future__ import annotations

from functools import cache, partial

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray
from PIL import Image

from processors.config import Limits
from processors.formats.page_size import POINTS_PER_INCH, check_points, render_dpi
from processors.formats.port import Refused
from processors.ocr import embedded, glance, layer_quality, page_objects, text_layer
from processors.ocr.layer_quality import LayerFacts
from processors.ocr.picture import Picture
from processors.pages import Page
from processors.reasons import QuarantineReason

ENGINE = "pdfium"


class PdfSource:
    """A `PageSource` on an open PDF."""

    def __init__(self, pdf: pypdfium2.PdfDocument, limits: Limits, *, text_layers: bool = True) -> None:
        """Take an open document.

        Args:
            pdf: stays open as long as this is used
            limits: on the size of pages
            text_layers: whether a good text layer may stand for its page
        """
        self._pdf = pdf
        self._limits = limits
        self._text_layers = text_layers

    def read(self, number: int) -> Page | Picture:
        """See `PageSource.read`."""
        try:
            page = self._open(number)
            try:
                read = self._text_layer(page, number) if self._text_layers else None
                return read or self._picture(page, number)
            finally:
                page.close()
        except (pypdfium2.PdfiumError, ValueError) as error:
            raise Refused(QuarantineReason.DAMAGED, page=number) from error

    def _open(self, number: int) -> pypdfium2.PdfPage:
        """The page with its annotations drawn into it.

        What people typed into a form, or wrote on a page as notes, is not part of the page's own text.
        """
        page = self._pdf.get_page(number - 1)
        if pdfium_c.FPDFPage_GetAnnotCount(page) == 0:
            return page
        flattened = pdfium_c.FPDFPage_Flatten(page, pdfium_c.FLAT_NORMALDISPLAY)
        if flattened == pdfium_c.FLATTEN_SUCCESS:
            page.close()
            page = self._pdf.get_page(number - 1)
        return page

    def _text_layer(self, page: pypdfium2.PdfPage, number: int) -> Page | None:
        width, height = page.get_size()
        check_points(number, width, height, self._limits)
        drawn_of = cache(partial(page_objects.look, page))
        tokens = list(text_layer.tokens(page, ghosts=lambda: drawn_of().ghosts))
        if not tokens:
            return None
        drawn = [token for token in tokens if not token.ghost]
        dpi = min(glance.DPI, render_dpi(width, height, self._limits))
        seen = glance.seen(partial(_pixels, page), (width, height), dpi, drawn)
        facts = LayerFacts(
            untrusted_words=tuple(token.text for token in seen),
            image_share=drawn_of().image_share,
            ghost_words=len(tokens) - len(drawn),
            unseen_words=len(drawn) - len(seen),
        )
        if layer_quality.judge(facts) != "good":
            return None
        words = text_layer.arrange(seen)
        return Page(number, round(width, 2), round(height, 2), 1.0, "text_layer", ENGINE, "", words)

    def _picture(self, page: pypdfium2.PdfPage, number: int) -> Picture:
        width, height = page.get_size()
        check_points(number, width, height, self._limits)
        size = embedded.scan_size(page, self._limits)
        if size is not None:
            return Picture(number, width, height, _drawn(page, size), size[0] / width * POINTS_PER_INCH)
        dpi = render_dpi(width, height, self._limits)
        return Picture(number, width, height, _render(page, dpi), dpi)


def _render(page: pypdfium2.PdfPage, dpi: int) -> Image.Image:
    bitmap = page.render(scale=dpi / POINTS_PER_INCH, grayscale=True)
    try:
        image: Image.Image = bitmap.to_pil().copy()
    finally:
        bitmap.close()
    return image


def _drawn(page: pypdfium2.PdfPage, size: tuple[int, int]) -> Image.Image:
    """The page at a size in pixels."""
    return Image.fromarray(_pixels(page, size))


def _pixels(page: pypdfium2.PdfPage, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Its levels of grey."""
    bitmap = pypdfium2.PdfBitmap.new_native(*size, pdfium_c.FPDFBitmap_Gray)
    try:
        bitmap.fill_rect((255, 255, 255, 255), 0, 0, *size)
        pdfium_c.FPDF_RenderPageBitmap(bitmap, page, 0, 0, *size, 0, pdfium_c.FPDF_ANNOT | pdfium_c.FPDF_GRAYSCALE)
        return np.array(bitmap.to_numpy(), np.uint8)
    finally:
        bitmap.close()
