"""A PDF of pictures of a PDF's pages: what can be seen of it, and nothing else.

For documents of which only the pixels are trusted. No font, script, form, link or file of the original is in it,
and no text but what was recognised, which `binding/` lays over the pictures.
"""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2
from PIL import Image

from processors.config import Limits
from processors.formats.page_size import POINTS_PER_INCH, check_points, render_dpi
from processors.formats.pdf import open_pdf
from processors.formats.port import Refused
from processors.ocr.binding.canvas import Canvas, Drawn
from processors.stage import MOST_ARTEFACT_BYTES

#: What a copying machine gives: pleasant to read, and a page takes some 300 kB.
_DPI = 200
_QUALITY = 80
_BLANK = (612.0, 792.0)


def flatten(untrusted_file: Path, out: Path, scratch: Path, limits: Limits) -> Path:
    """Write `out` and return it; a page that cannot be drawn is a blank one, as its record is.

    Ends early when the file is larger than an artefact may be: nobody will keep it.

    Raises:
        Refused: the PDF cannot be opened.
    """
    with open_pdf(untrusted_file, scratch, limits) as pdf, Canvas(out) as canvas:
        for index in range(len(pdf)):
            try:
                width, height, picture = _drawn(pdf, index, limits)
            except (pypdfium2.PdfiumError, Refused, ValueError):
                canvas.page(*_BLANK, b"")
                continue
            matrix = f"q {width:.2f} 0 0 {height:.2f} 0 0 cm /Picture Do Q\n"
            canvas.page(width, height, matrix.encode("ascii"), picture)
            if out.stat().st_size > MOST_ARTEFACT_BYTES:
                break
    return out


def _drawn(pdf: pypdfium2.PdfDocument, index: int, limits: Limits) -> tuple[float, float, Drawn]:
    page = pdf.get_page(index)
    try:
        width, height = page.get_size()
        check_points(index + 1, width, height, limits)
        dpi = min(_DPI, render_dpi(width, height, limits))
        bitmap = page.render(scale=dpi / POINTS_PER_INCH)
        try:
            image: Image.Image = bitmap.to_pil().convert("RGB")
        finally:
            bitmap.close()
    finally:
        page.close()
    packed = io.BytesIO()
    image.save(packed, "JPEG", quality=_QUALITY)
    entries = (
        f"/Width {image.width} /Height {image.height} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode"
    )
    return width, height, Drawn(entries, (packed.getvalue(),))
