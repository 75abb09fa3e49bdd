"""A scan taken out of its PDF page as it lies there, instead of rendering the page: 12 ms against 82 ms.

Only where the page is nothing but that picture; in doubt the page is rendered, which is always right.
"""

from __future__ import annotations

import ctypes

import pypdfium2
import pypdfium2.raw as pdfium_c
from PIL import Image

from processors.config import Limits
from processors.formats.page_size import POINTS_PER_INCH

#: Objects on a page of scanner software: the picture, and the words of an invisible text layer.
_MOST_OBJECTS = 5_000
#: Share of the page's width or height by which the picture may miss the edge; scanners round.
_SLACK = 0.01
#: Pixels that are not square, as in faxes, are left to the renderer.
_MOST_ASPECT = 1.01
_LEAST_DPI, _MOST_DPI = 90.0, 620.0
#: Colours that become grey the same way everywhere.
_KNOWN_COLOURS = frozenset(
    (
        pdfium_c.FPDF_COLORSPACE_DEVICEGRAY,
        pdfium_c.FPDF_COLORSPACE_DEVICERGB,
        pdfium_c.FPDF_COLORSPACE_CALGRAY,
        pdfium_c.FPDF_COLORSPACE_CALRGB,
        pdfium_c.FPDF_COLORSPACE_ICCBASED,
    )
)
_KNOWN_DEPTHS = (1, 8, 24)


def scan_of(page: pypdfium2.PdfPage, limits: Limits) -> tuple[Image.Image, float] | None:
    """The picture that is the whole page, upright as the page is shown, in mode "L", and its dots per inch.

    None where the page must be rendered: it shows anything else, or the picture is see-through, mirrored, askew,
    in unusual colours, or does not cover the page.
    """
    drawn = _only_picture(page)
    if drawn is None or pdfium_c.FPDFPageObj_HasTransparency(drawn):
        return None
    width, height = page.get_size()
    turn = page.get_rotation()
    if not _upright(drawn) or not _covers(drawn, page):
        return None
    about = pdfium_c.FPDF_IMAGEOBJ_METADATA()
    if not pdfium_c.FPDFImageObj_GetImageMetadata(drawn, page, ctypes.byref(about)):
        return None
    across, down = (about.height, about.width) if turn in (90, 270) else (about.width, about.height)
    dpi_x, dpi_y = across / width * POINTS_PER_INCH, down / height * POINTS_PER_INCH
    known = about.colorspace in _KNOWN_COLOURS and about.bits_per_pixel in _KNOWN_DEPTHS
    square = max(dpi_x, dpi_y) <= _MOST_ASPECT * min(dpi_x, dpi_y)
    fits = _LEAST_DPI <= dpi_x <= _MOST_DPI and about.width * about.height <= limits.max_page_pixels
    if not (known and square and fits):
        return None
    return _pixels(drawn, turn), dpi_x


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
    return matrix.a > 0 and matrix.d > 0 and askew <= _SLACK / 10 * min(matrix.a, matrix.d)


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


def _pixels(drawn: pdfium_c.FPDF_PAGEOBJECT, turn: int) -> Image.Image:
    """The picture in grey, turned as the page is shown.

    Raises:
        pypdfium2.PdfiumError: it cannot be decoded.
    """
    raw = pdfium_c.FPDFImageObj_GetBitmap(drawn)
    if not raw:
        raise pypdfium2.PdfiumError("a picture that cannot be decoded")
    # The buffer is pdfium's own and goes with the last object that looks at it: convert() may be one, hence copy().
    grey: Image.Image = pypdfium2.PdfBitmap.from_raw(raw).to_pil().convert("L").copy()
    # The page says how far it is turned clockwise, PIL turns the other way.
    return grey if turn == 0 else grey.transpose(
        {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}[turn]
    )
