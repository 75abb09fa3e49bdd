"""Tesseract inside this process: one API, loaded once, reused for every page.

Against a program started per page this saves 15 to 30 % of the CPU time (docs of the benchmark say how much). The
wheel brings its own engine, built without OpenMP, so it starts no threads and survives the fork per document.
"""

from __future__ import annotations

import tesserocr
from PIL import Image
from tesserocr import OEM, PSM, RIL, LeptLogLevel, PyTessBaseAPI, set_leptonica_log_level

from processors.config import Settings
from processors.errors import StageFailed
from processors.ocr import tessdata
from processors.ocr.engine import PixelWord


class TesserocrEngine:
    """An `Engine` on tesserocr."""

    def __init__(self, settings: Settings) -> None:
        """Load the language data.

        Raises:
            StageFailed: no language data, or Tesseract cannot load it.
        """
        folder = tessdata.find(settings)
        self.language = settings.languages
        self.name = f"tesserocr {tesserocr.tesseract_version().split()[1]}"
        self.digest = tessdata.digest(folder, settings.languages)
        set_leptonica_log_level(LeptLogLevel.NONE)
        try:
            self._api = PyTessBaseAPI(
                path=f"{folder}/",
                lang=settings.languages,
                oem=OEM.LSTM_ONLY,
                psm=PSM.AUTO,
                # Tesseract's remarks on a page are noise in a worker's log.
                variables={"debug_file": "/dev/null"},
            )
        except RuntimeError as error:
            raise StageFailed(f"Tesseract cannot load {settings.languages} from {folder}") from error

    def recognise(self, image: Image.Image, dpi: int) -> list[PixelWord]:
        """See `Engine.recognise`. Raw bytes, since a PNG costs 200 ms to write and 35 ms to read."""
        width, height = image.size
        self._api.SetImageBytes(image.tobytes(), width, height, 1, width)
        self._api.SetSourceResolution(dpi)
        try:
            if not self._api.Recognize():
                raise StageFailed("Tesseract gave up on a picture")
            return self._words()
        finally:
            self._api.Clear()

    def _words(self) -> list[PixelWord]:
        words: list[PixelWord] = []
        found = self._api.GetIterator()
        line = block = -1
        # The iterator is None for a page without text, and visits picture blocks, which hold no word.
        while found is not None:
            if found.IsAtBeginningOf(RIL.BLOCK):
                block += 1
            if found.IsAtBeginningOf(RIL.TEXTLINE):
                line += 1
            box = None if found.Empty(RIL.WORD) else found.BoundingBox(RIL.WORD)
            text = "" if box is None else found.GetUTF8Text(RIL.WORD).strip()
            if box is not None and text:
                words.append(PixelWord(text, box, found.Confidence(RIL.WORD) / 100, line, block))
            if not found.Next(RIL.WORD):
                break
        return words
