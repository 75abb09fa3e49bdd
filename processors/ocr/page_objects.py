"""What a PDF page is drawn of: how much of it is images, and whether text may leave no ink."""

from __future__ import annotations

from collections.abc import Iterator
from ctypes import byref, c_float
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium_c

from processors.ocr.text_layer import GHOSTLY

#: Form XObjects within one another; deeper text than this does not occur outside attacks.
_DEPTH = 6
#: More images than this on a page: judge by the first, since the rest would hardly change the verdict.
_MOST_IMAGES = 5_000


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a page is drawn of."""

    #: share of the page under images, 0 to 1; a scan may come in strips
    image_share: float
    #: whether text may be drawn in a mode that leaves no ink
    ghosts: bool


def look(page: pypdfium2.PdfPage) -> Drawn:
    """Look through the page's objects, once.

    Raises:
        PdfiumError: the place of an image cannot be told.
    """
    width, height = page.get_size()
    covered, images, ghosts = 0.0, 0, False
    for drawn, kind, level in _objects(page):
        if kind == pdfium_c.FPDF_PAGEOBJ_TEXT:
            ghosts = ghosts or pdfium_c.FPDFTextObj_GetTextRenderMode(drawn) in GHOSTLY
        elif kind == pdfium_c.FPDF_PAGEOBJ_FORM:
            # One that is too deep to be looked into.
            ghosts = True
        elif images < _MOST_IMAGES:
            images += 1
            # Bounds inside a form are in the form's units: take it for a whole page, and look at the picture.
            covered = width * height if level else covered + _area(drawn)
    return Drawn(min(covered / (width * height), 1.0), ghosts)


def _objects(page: pypdfium2.PdfPage) -> Iterator[tuple[pdfium_c.FPDF_PAGEOBJECT, int, int]]:
    """Texts and images, also inside forms, and forms that are too deep: object, kind, depth."""
    raw = page.raw
    kinds = (pdfium_c.FPDF_PAGEOBJ_TEXT, pdfium_c.FPDF_PAGEOBJ_IMAGE)
    get, kind_of = pdfium_c.FPDFPage_GetObject, pdfium_c.FPDFPageObj_GetType
    forms: list[tuple[pdfium_c.FPDF_PAGEOBJECT, int]] = []
    for index in range(pdfium_c.FPDFPage_CountObjects(raw)):
        drawn = get(raw, index)
        kind = kind_of(drawn)
        if kind in kinds:
            yield drawn, kind, 0
        elif kind == pdfium_c.FPDF_PAGEOBJ_FORM:
            forms.append((drawn, 1))
    while forms:
        form, level = forms.pop()
        for index in range(pdfium_c.FPDFFormObj_CountObjects(form)):
            drawn = pdfium_c.FPDFFormObj_GetObject(form, index)
            kind = kind_of(drawn)
            if kind == pdfium_c.FPDF_PAGEOBJ_FORM and level < _DEPTH - 1:
                forms.append((drawn, level + 1))
            elif kind in kinds or kind == pdfium_c.FPDF_PAGEOBJ_FORM:
                yield drawn, kind, level


def _area(image: pdfium_c.FPDF_PAGEOBJECT) -> float:
    """Of the box around it, in square points."""
    left, bottom, right, top = c_float(), c_float(), c_float(), c_float()
    if not pdfium_c.FPDFPageObj_GetBounds(image, byref(left), byref(bottom), byref(right), byref(top)):
        raise pypdfium2.PdfiumError("Failed to locate an image.")
    return max(right.value - left.value, 0.0) * max(top.value - bottom.value, 0.0)
