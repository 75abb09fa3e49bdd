"""TIFF: some pages as a file of their own, every pixel as it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from PIL import TiffImagePlugin

from processors.config import Limits
from processors.errors import StageFailed
from processors.events import PageRange
from processors.formats.image import blaming_document, open_image, page_frames


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
                    with blaming_document(limits, page):
                        image.seek(frames[page - 1])
                        image.load()
                        # Both lose nothing; the first is what fax machines and scanners use, for black and white.
                        packed = "group4" if image.mode == "1" else "tiff_adobe_deflate"
                        image.save(written, "TIFF", compression=packed)
                    written.newFrame()
            yield file
