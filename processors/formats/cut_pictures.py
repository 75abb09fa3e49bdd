"""TIFF: some pages as a file of their own, every pixel as it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from PIL import Image, TiffImagePlugin

from processors.config import Limits
from processors.errors import StageFailed
from processors.events import PageRange
from processors.formats.image import blaming_document, open_image, page_frames
from processors.formats.port import Refused


def cut_tiff(
    untrusted_file: Path, parts: Sequence[PageRange], pages: int, folder: Path, limits: Limits
) -> Iterator[Path]:
    """A file for each part, made when it is asked for; a page at a time is in memory.

    Args:
        untrusted_file: a TIFF that the door has opened before
        parts: pages of it, counted from 1; thumbnails between them are no pages
        pages: how many it has
        folder: for the files
        limits: on what it may cost

    Raises:
        Refused: a page cannot be decoded.
        StageFailed: it has another number of pages.
    """
    with open_image(untrusted_file, "image/tiff", limits) as image:
        frames = page_frames(image, limits)
        if len(frames) != pages:
            raise StageFailed("another number of pages than a person saw")
        for number, part in enumerate(parts, 1):
            file = folder / f"{number:05}.tiff"
            with TiffImagePlugin.AppendingTiffWriter(file, new=True) as written:
                for page in range(part.first, part.last + 1):
                    _copy(image, frames[page - 1], page, written, limits)
            yield file


def _copy(
    image: Image.Image, frame: int, page: int, written: TiffImagePlugin.AppendingTiffWriter, limits: Limits
) -> None:
    """Write one frame, upright if it was to be turned."""
    try:
        with blaming_document(limits, page):
            image.seek(frame)
            image.load()
            # Both lose nothing; the first is what fax machines and scanners use, for black and white.
            image.save(written, "TIFF", compression="group4" if image.mode == "1" else "tiff_adobe_deflate")
    except Refused as refused:
        if isinstance(refused.__cause__, OSError) and refused.__cause__.errno is not None:
            raise refused.__cause__ from None  # the disk's fault, not the document's
        raise
    written.newFrame()
