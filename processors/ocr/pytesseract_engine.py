"""Tesseract as a program, once per page: slower than tesserocr, but it runs where there is no wheel for it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytesseract
from PIL import Image

from processors.errors import StageFailed
from processors.ocr import tessdata
from processors.ocr.engine import Orientation, PixelWord, invert_threshold, segmentation

#: Rows of Tesseract's TSV that are words, by its column `level`.
_WORD = 5


class PytesseractEngine:
    """An `Engine` on pytesseract."""

    def __init__(self, folder: Path, languages: tuple[str, ...]) -> None:
        """Find the program.

        Args:
            folder: of *.traineddata
            languages: packs that lie in it

        Raises:
            StageFailed: it is missing.
        """
        # Tesseract's OpenMP threads wait by spinning: without this a page costs five times the CPU.
        os.environ["OMP_THREAD_LIMIT"] = "1"
        try:
            version = pytesseract.get_tesseract_version()
        except pytesseract.TesseractNotFoundError as error:
            raise StageFailed("no tesseract program; run `apt-get install tesseract-ocr`") from error
        self.name = f"pytesseract {version}"
        self.languages = languages
        self.digest = tessdata.digest(folder, languages)
        self._folder = folder

    def recognise(
        self, image: Image.Image, dpi: int, language: str, *, inverted: bool = True, block: bool = False
    ) -> list[PixelWord]:
        """See `Engine.recognise`."""
        way = f"--oem 1 --psm {segmentation(block)} -c invert_threshold={invert_threshold(inverted)}"
        try:
            rows = pytesseract.image_to_data(
                image,
                lang=language,
                config=f'--tessdata-dir "{self._folder}" --dpi {dpi} {way}',
                output_type=pytesseract.Output.DICT,
            )
        except pytesseract.TesseractError as error:
            raise StageFailed(f"tesseract ended with status {error.status}") from error
        return _words(rows)

    def orientation(self, image: Image.Image, dpi: int) -> Orientation | None:
        """See `Engine.orientation`."""
        if not tessdata.has(self._folder, tessdata.ORIENTATION):
            return None
        try:
            said = pytesseract.image_to_osd(
                image,
                config=f'--tessdata-dir "{self._folder}" --dpi {dpi}',
                output_type=pytesseract.Output.DICT,
            )
        except pytesseract.TesseractError:
            # "Too few characters": it ends with an error status.
            return None
        return Orientation(int(said["rotate"]), said["orientation_conf"], str(said["script"]), said["script_conf"])


def _words(rows: dict[str, list[Any]]) -> list[PixelWord]:
    words: list[PixelWord] = []
    lines: dict[tuple[int, int, int], int] = {}
    blocks: dict[int, int] = {}
    for at, level in enumerate(rows["level"]):
        text = str(rows["text"][at]).strip()
        if level != _WORD or not text:
            continue
        block = rows["block_num"][at]
        line = (block, rows["par_num"][at], rows["line_num"][at])
        left, top = rows["left"][at], rows["top"][at]
        words.append(
            PixelWord(
                text,
                (left, top, left + rows["width"][at], top + rows["height"][at]),
                max(float(rows["conf"][at]), 0.0) / 100,
                lines.setdefault(line, len(lines)),
                blocks.setdefault(block, len(blocks)),
            )
        )
    return words
