"""The line reader: a small network that was trained on small, pale, dotted print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from processors.digests import file_sha256
from processors.errors import StageFailed
from processors.ocr.engine import PixelWord
from processors.ocr.lines import decoding
from processors.ocr.lines.strips import cut, stretched
from processors.ocr.pixels import Grey
from processors.text_encoder.onnx_session import session

#: In the folder of models.
FOLDER: Final = "line_reader"
FILE: Final = "line_reader.onnx"
#: The language pack whose letters it knows.
LANGUAGE: Final = "eng"
#: Pixels: the height of letters on pages that strips are cut from.
LETTER: Final = 18.0
#: Pixels: the network is shown strips of at least this length, paper at their end.
_LEAST: Final = 64


class LineNetworkSession:
    """The network of an ONNX file, on one thread."""

    def __init__(self, file: Path) -> None:
        self._session = session(file)

    def say(self, ink: NDArray[np.float32]) -> NDArray[np.float32]:
        """Log probabilities, steps x classes, of a strip: HEIGHT x width, 1 for ink."""
        if ink.shape[1] < _LEAST:
            ink = np.pad(ink, ((0, 0), (0, _LEAST - ink.shape[1])))
        said: NDArray[np.float32] = self._session.run(None, {"strip": ink[None, None]})[0][0]
        return said


class LineReader:
    """Reads the lines that another reading found, each as a strip of its own; loaded and warm."""

    def __init__(self, models: Path) -> None:
        """Load it from the folder of models.

        Raises:
            StageFailed: it is not there.
        """
        file = models / FOLDER / FILE
        if not file.is_file():
            raise StageFailed(f"no line reader: {file} is missing; set CHANCERY_MODELS, or reinstall the package")
        #: of the model's file
        self.digest = file_sha256(file)
        self._network = LineNetworkSession(file)

    def read(self, page: Grey, found: Sequence[PixelWord]) -> list[PixelWord]:
        """What stands on these lines.

        Args:
            page: upright, straightened, letters some 18 pixels high
            found: words with boxes in the pixels of `page`, those of one line one after another

        Returns:
            Words on the lines of `found`, in its order. Their confidence is the network's own, on no common scale
            with an engine's; scaled, it served worse (docs/decisions/0036-a-line-reader-of-our-own.md).
        """
        return [word for line in self._lines(page, found) for word in line]

    def _lines(self, page: Grey, found: Sequence[PixelWord]) -> Iterator[list[PixelWord]]:
        for strip in cut(page, found):
            first = strip.words[0]
            yield [
                PixelWord(said.text, strip.box(said.left, said.right), said.confidence, first.line, first.block)
                for said in decoding.words(self._network.say(stretched(strip.grey)))
            ]
