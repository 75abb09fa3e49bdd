"""Tesseract as a program, once per page: slower than tesserocr, but it runs where there is no wheel for it."""

from __future__ import annotations

import os

import pytesseract
from PIL import Image

from processors.config import Settings
from processors.errors import StageFailed
from processors.ocr import tessdata
from processors.ocr.engine import PixelWord

#: Rows of Tesseract's TSV that are words, by its column `level`.
_WORD = 5


class PytesseractEngine:
    """An `Engine` on pytesseract."""

    def __init__(self, settings: Settings) -> None:
        """Find program and language data.

        Raises:
            StageFailed: one of them is missing.
        """
        folder = tessdata.find(settings)
        # Tesseract's OpenMP threads wait by spinning: without this a page costs five times the CPU.
        os.environ["OMP_THREAD_LIMIT"] = "1"
        try:
            version = pytesseract.get_tesseract_version()
        except pytesseract.TesseractNotFoundError as error:
            raise StageFailed("no tesseract program; run `apt-get install tesseract-ocr`") from error
        self.name = f"pytesseract {version}"
        self.language = settings.languages
        self.digest = tessdata.digest(folder, settings.languages)
        self._config = f'--tessdata-dir "{folder}" --oem 1 --psm 3'

    def recognise(self, image: Image.Image, dpi: int) -> list[PixelWord]:
        """See `Engine.recognise`."""
        try:
            rows = pytesseract.image_to_data(
                image,
                lang=self.language,
                config=f"{self._config} --dpi {dpi}",
                output_type=pytesseract.Output.DICT,
            )
        except pytesseract.TesseractError as error:
            raise StageFailed(f"tesseract ended with status {error.status}") from error
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
