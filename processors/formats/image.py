"""Images: PNG, JPEG, TIFF (many pages), WEBP, BMP. Headers only; nobody decodes pixels here."""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, TiffImagePlugin

from processors.config import Limits
from processors.formats import page_size
from processors.formats.port import Opened, Refused, Terms
from processors.reasons import QuarantineReason

#: Pillow's decoder for each media type: no other may be tried, whatever the bytes say.
PILLOW_FORMAT = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/tiff": "TIFF",
    "image/webp": "WEBP",
    "image/bmp": "BMP",
}
#: What Pillow's plugins raise on broken files; they were not written with one error type in mind.
PILLOW_FAULTS = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    ArithmeticError,
    RuntimeError,
    struct.error,
)
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_NEW_SUBFILE_TYPE = 254
_REDUCED_COPY = 1


class ImageFormat:
    """One image type."""

    def __init__(self, media_type: str) -> None:
        self._media_type = media_type

    def open(self, untrusted_file: Path, terms: Terms) -> Opened:
        """See `Format.open`."""
        with open_image(untrusted_file, self._media_type, terms.limits) as image:
            return Opened(len(page_frames(image, terms.limits)))


@contextmanager
def blaming_document(limits: Limits, page: int = 1) -> Iterator[None]:
    """Turn what Pillow raises in the `with` block into refusals; wrap nothing else, or our faults become its.

    Raises:
        Refused: damaged or too large.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # remarks on odd metadata, in which the sender's text may be quoted
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    except _BOMBS as error:
        raise Refused(QuarantineReason.PAGE_TOO_LARGE, page=page, limit_pixels=limits.max_page_pixels) from error
    except PILLOW_FAULTS as error:
        raise Refused(QuarantineReason.DAMAGED, page=page) from error


@contextmanager
def open_image(untrusted_file: Path, media_type: str, limits: Limits) -> Iterator[Image.Image]:
    """Open an image with the one decoder that its media type allows.

    Raises:
        Refused: damaged or too large.
    """
    Image.MAX_IMAGE_PIXELS = limits.max_page_pixels
    with blaming_document(limits):
        image = Image.open(untrusted_file, formats=(PILLOW_FORMAT[media_type],))
    with image:
        yield image


def page_frames(image: Image.Image, limits: Limits) -> list[int]:
    """The frames that are pages, their sizes checked.

    Only a TIFF has pages; of an animation the first frame is what a reader shows on paper. A TIFF may hold
    thumbnails of its pages, which are none.

    Raises:
        Refused: a frame is too large, or there are too many or none.
    """
    if not isinstance(image, TiffImagePlugin.TiffImageFile):
        page_size.check_pixels(1, *image.size, limits)
        return [0]
    frames: list[int] = []
    frame = 0
    while True:
        with blaming_document(limits, len(frames) + 1):
            try:
                image.seek(frame)
            except EOFError:
                break
            subfile = image.tag_v2.get(_NEW_SUBFILE_TYPE, 0)
        if not (isinstance(subfile, int) and subfile & _REDUCED_COPY):
            frames.append(frame)
            page_size.check_pixels(len(frames), *image.size, limits)
        if len(frames) > limits.max_pages:
            raise Refused(QuarantineReason.TOO_MANY_PAGES, pages=len(frames), limit=limits.max_pages)
        frame += 1
    if not frames:
        raise Refused(QuarantineReason.NO_PAGES)
    return frames


def picture_size(untrusted: bytes) -> tuple[int, ...]:
    """Width and height in pixels, as a picture's header says; none if no decoder of ours knows it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(untrusted), formats=tuple(PILLOW_FORMAT.values())) as image:
                return image.size
    except (*PILLOW_FAULTS, Image.DecompressionBombError):
        return ()
