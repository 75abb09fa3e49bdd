"""A document's pages as the OCR stage gets them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from processors.config import Limits
from processors.formats import detect
from processors.formats.image import PILLOW_FORMAT, open_image, page_frames
from processors.formats.pdf import open_pdf
from processors.formats.port import Refused
from processors.ocr.image_source import ImageSource
from processors.ocr.pdf_source import PdfSource
from processors.ocr.source import PageSource
from processors.reasons import QuarantineReason


@contextmanager
def opened(path: Path, limits: Limits, *, text_layers: bool = True) -> Iterator[tuple[PageSource, int]]:
    """The pages as the OCR stage gets them, and how many there are.

    Raises:
        Refused: the file cannot be read, or has no pages to look at.
    """
    media_type = detect.media_type(path)
    if media_type == detect.PDF:
        with tempfile.TemporaryDirectory() as scratch, open_pdf(path, Path(scratch), limits) as pdf:
            yield PdfSource(pdf, limits, text_layers=text_layers), len(pdf)
    elif media_type in PILLOW_FORMAT:
        with open_image(path, media_type, limits) as image:
            yield ImageSource(image, limits), len(page_frames(image, limits))
    else:
        raise Refused(QuarantineReason.TYPE_NOT_ALLOWED)
