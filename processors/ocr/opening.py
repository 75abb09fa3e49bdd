"""Which file of a piece of work is read, and as what."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from processors.config import Limits
from processors.formats import detect
from processors.formats.image import open_image
from processors.formats.pdf import open_pdf
from processors.ocr.image_source import ImageSource
from processors.ocr.pdf_source import PdfSource
from processors.ocr.source import PageSource
from processors.ocr.text_source import TextSource
from processors.stage import Work

#: What intake made of a file that has no pages of its own, or that it had to unlock.
_RENDITION = "rendition"


def material(work: Work) -> tuple[Path, str]:
    """The file that is read, and its media type: the rendition where intake made one, else the original."""
    if _RENDITION in work.inputs:
        return work.inputs[_RENDITION], work.event.data.artefacts[_RENDITION].media_type
    return work.inputs["original"], work.event.data.document.original.media_type


@contextmanager
def open_source(work: Work, limits: Limits, *, force_ocr: bool = False) -> Iterator[PageSource]:
    """The pages of the file.

    Raises:
        Refused: the file cannot be opened.
    """
    untrusted_file, media_type = material(work)
    if media_type == detect.PDF:
        with open_pdf(untrusted_file, work.scratch, limits) as pdf:
            yield PdfSource(pdf, limits, text_layers=not force_ocr)
    elif media_type == detect.TEXT:
        yield TextSource(untrusted_file)
    else:
        with open_image(untrusted_file, media_type, limits) as image:
            yield ImageSource(image, limits)
