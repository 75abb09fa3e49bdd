"""The size at which a page that is nothing but a scan is drawn: then each dot of the scan becomes one pixel.

Drawn at the usual 300 dpi, a scan of 200 dpi would be blurred and take twice the time. It is still drawn, not taken
out of its page: so masks, clips, turns and odd colours are what a reader shows. In doubt there is no such size.
"""

from __future__ import annotations

import ctypes

import pypdfium2
import pypdfium2.raw as pdfium_c

from processors.config import Limits
from processors.formats.page_size import POINTS_PER_INCH

#: Objects on a page of scanner software: the picture, and the words of an invisible text layer.
_MOST_OBJECTS = 5_000
#: Share of the page's width or height by which the picture may miss the edge; scanners round.
_SLACK = 0.01
#: Pixels that are not square, as in faxes, are drawn so.
_MOST_ASPECT = 1.01
#: A coarser picture is drawn as finely as a page of text, a finer one costs more than it shows.
_LEAST_DPI, _MOST_DPI = 90.0, 450.0


def scan_size(page: pypdfium2.PdfPage, limits: Limits) -> tuple[int, int] | None:
    """Width and height, in pixels of the page as it is shown, of the scan that fills the page.

    None where the page shows anything else, or the scan is mirrored, askew, does not cover the page, or has dots
    that are not square, too coarse or too fine.
    """
    drawn = _only_picture(page)
    if drawn is None or not _upright(drawn) or not _covers(drawn, page):
        return None
    about = pdfium_c.FPDF_IMAGEOBJ_METADATA()
    if not pdfium_c.FPDFImageObj_GetImageMetadata(drawn, page, ctypes.byref(about)):
        return None
    width, height = page.get_size()
    sideways = page.get_rotation() in (90, 270)
    across, down = (about.height, about.width) if sideways else (about.width, about.height)
    dpi_x, dpi_y = across / width * POINTS_PER_INCH, down / height * POINTS_PER_INCH
    square = max(dpi_x, dpi_y) <= _MOST_ASPECT * min(dpi_x, dpi_y)
    fits = _LEAST_DPI <= dpi_x <= _MOST_DPI and across * down <= limits.max_page_pixels
    return (across, down) if square and fits else None


def _only_picture(page: pypdfium2.PdfPage) -> pdfium_c.FPDF_PAGEOBJECT | None:
    """The one picture of a page that shows nothing else; text that leaves no ink does not show."""
    picture = None
    count = pdfium_c.FPDFPage_CountObjects(page)
    if not 0 < count <= _MOST_OBJECTS:
        return None
    for index in range(count):
        drawn = pdfium_c.FPDFPage_GetObject(page, index)
        kind = pdfium_c.FPDFPageObj_GetType(drawn)
        if kind == pdfium_c.FPDF_PAGEOBJ_IMAGE and picture is None:
            picture = drawn
        elif (
            kind != pdfium_c.FPDF_PAGEOBJ_TEXT
            or pdfium_c.FPDFTextObj_GetTextRenderMode(drawn) != pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE
        ):
            return None
    return picture


def _upright(drawn: pdfium_c.FPDF_PAGEOBJECT) -> bool:
    """Whether the picture is neither mirrored nor turned nor sheared on its page."""
    matrix = pdfium_c.FS_MATRIX()
    if not pdfium_c.FPDFPageObj_GetMatrix(drawn, ctypes.byref(matrix)):
        return False
    askew = max(abs(matrix.b), abs(matrix.c))
    return bool(matrix.a > 0 and matrix.d > 0 and askew <= _SLACK / 10 * min(matrix.a, matrix.d))


def _covers(drawn: pdfium_c.FPDF_PAGEOBJECT, page: pypdfium2.PdfPage) -> bool:
    """Whether the picture's edges are the page's."""
    left, bottom, right, top = page.get_bbox()
    edges = [ctypes.c_float() for _ in range(4)]
    if not pdfium_c.FPDFPageObj_GetBounds(drawn, *map(ctypes.byref, edges)):
        return False
    wide, high = (right - left) * _SLACK, (top - bottom) * _SLACK
    slack = (wide, high, wide, high)
    return all(
        abs(edge.value - wanted) <= most
        for edge, wanted, most in zip(edges, (left, bottom, right, top), slack, strict=True)
    )
