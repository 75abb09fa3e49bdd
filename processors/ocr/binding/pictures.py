"""The pages of an image file as a PDF: one picture a page, at the size that recognition gave the page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from processors.config import Limits
from processors.formats.image import blaming_document, open_image, page_frames
from processors.formats.page_size import POINTS_PER_INCH
from processors.formats.port import Refused
from processors.ocr.binding.canvas import Canvas, Matrix
from processors.ocr.binding.picture_streams import Stored, stored
from processors.ocr.binding.remarks import Remark
from processors.ocr.image_source import resolution
from processors.pages import Page
from processors.reasons import QuarantineReason

#: EXIF orientation -> where the unit square of the stored picture lies on a page of width and height 1
_ORIENTED: dict[int, Matrix] = {
    2: (-1, 0, 0, 1, 1, 0),
    3: (-1, 0, 0, -1, 1, 1),
    4: (1, 0, 0, -1, 0, 1),
    5: (0, -1, -1, 0, 1, 1),
    6: (0, -1, 1, 0, 0, 1),
    7: (0, 1, 1, 0, 0, 0),
    8: (0, 1, -1, 0, 1, 0),
}
_UPRIGHT: Matrix = (1, 0, 0, 1, 0, 0)


def draw(untrusted_file: Path, media_type: str, records: Iterator[Page], pdf: Path, limits: Limits) -> set[Remark]:
    """Write the PDF, and say what was done to the pictures.

    Args:
        untrusted_file: PNG, JPEG, TIFF, WEBP or BMP
        media_type: of the file
        records: what recognition knows of each page, in order
        pdf: to be written
        limits: on pixels and pages

    Raises:
        Refused: the image is damaged or too large, or has more pages than were read.
    """
    remarks: set[Remark] = set()
    with open_image(untrusted_file, media_type, limits) as image, Canvas(pdf) as canvas:
        for number, frame in enumerate(page_frames(image, limits), 1):
            record = next(records, None)
            if record is None:
                raise Refused(QuarantineReason.DAMAGED, page=number)
            with blaming_document(limits, number):
                image.seek(frame)
                picture = stored(image, untrusted_file)
                width, height = record.width, record.height
                if min(width, height) <= 0:  # a page that could not be read
                    dpi_x, dpi_y = resolution(image)
                    across, down = image.size if picture.orientation < 5 else image.size[::-1]
                    width, height = across / dpi_x * POINTS_PER_INCH, down / dpi_y * POINTS_PER_INCH
            canvas.page(width, height, _content(picture, width, height), picture.drawn)
            if picture.decoded:
                remarks.add(Remark.PICTURES_DECODED)
            if picture.reduced:
                remarks.add(Remark.PICTURES_REDUCED)
    return remarks


def _content(picture: Stored, width: float, height: float) -> bytes:
    """The picture over the whole page, turned upright by the matrix: its bytes stay as they are."""
    a, b, c, d, e, f = _ORIENTED.get(picture.orientation, _UPRIGHT)
    matrix = (a * width, b * height, c * width, d * height, e * width, f * height)
    return f"q {' '.join(f'{value:.2f}' for value in matrix)} cm /Picture Do Q\n".encode("ascii")
