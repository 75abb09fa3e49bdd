"""What each step before and around a recognition is worth: `python -m bench.preparation --documents DIR`.

Every labelled page is read plainly (bare engine, English pack, pixels as they come), with all steps, and with all
but one. A picture that several ways hand to the engine is recognised once; its CPU seconds count for each of them.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from statistics import fmean

import numpy as np
from PIL import Image
from rich.console import Console
from rich.table import Table

from bench.preparation.labelled_pages import Labelled, labelled, word_f1
from processors.config import LANGUAGES, Limits
from processors.ocr import language, steps, tessdata
from processors.ocr.engine import Engine, Orientation, PixelWord
from processors.ocr.reading import Reader
from processors.ocr.steps import Steps
from processors.ocr.tesserocr_engine import TesserocrEngine

#: name of the way -> steps that it takes; None = the bare engine
WAYS: dict[str, Steps | None] = {"plain": None, "all steps": steps.ALL} | {
    f"without {field.name}": replace(steps.ALL, **{field.name: False}) for field in fields(Steps)
}


@dataclass(frozen=True)
class Measured:
    """One document read in one way."""

    name: str
    group: str
    way: str
    f1: float
    #: CPU
    seconds: float
    pages: int
    #: `Page.quality`, mean over the pages; 0 for the bare engine
    quality: float
    confidence: float
    #: packs that its pages were read with, and remarks on them
    languages: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Remembering:
    """An engine that recognises each picture once; `saved` is what it would have used since it was last reset."""

    def __init__(self, engine: Engine) -> None:
        self.name, self.languages, self.digest = engine.name, engine.languages, engine.digest
        self.saved = 0.0
        self._engine = engine
        self._words: dict[object, tuple[list[PixelWord], float]] = {}
        self._turns: dict[object, tuple[Orientation | None, float]] = {}

    def recognise(
        self, image: Image.Image, dpi: int, language: str, *, inverted: bool = True, block: bool = False
    ) -> list[PixelWord]:
        """See `Engine.recognise`."""
        key = (image.size, image.tobytes(), dpi, language, inverted, block)
        if key in self._words:
            self.saved += self._words[key][1]
        else:
            began = time.process_time()
            words = self._engine.recognise(image, dpi, language, inverted=inverted, block=block)
            self._words[key] = words, time.process_time() - began
        return self._words[key][0]

    def orientation(self, image: Image.Image, dpi: int) -> Orientation | None:
        """See `Engine.orientation`."""
        key = (image.size, image.tobytes(), dpi)
        if key in self._turns:
            self.saved += self._turns[key][1]
        else:
            began = time.process_time()
            self._turns[key] = self._engine.orientation(image, dpi), time.process_time() - began
        return self._turns[key][0]

    def forget(self) -> None:
        """Let go of the pictures."""
        self._words.clear()
        self._turns.clear()


def measure(one: Labelled, bare: Engine) -> list[Measured]:
    """Read a document in all ways."""
    engine = Remembering(bare)
    found = []
    for way, taken in WAYS.items():
        engine.saved = 0.0
        began = time.process_time()
        texts, confidences, qualities, languages = [], [], [], []
        notes: list[str] = []
        for picture in one.pictures:
            if taken is None:
                words = engine.recognise(picture.image, round(picture.dpi), "eng")
                texts.append(" ".join(word.text for word in words))
                confidences.append(fmean([word.confidence for word in words] or [0.0]))
                qualities.append(0.0)
            else:
                page = Reader(engine, taken).read(picture)
                texts.append(page.text())
                confidences.append(page.confidence)
                qualities.append(page.quality)
                languages.append(page.language)
                notes += page.notes
        seconds = time.process_time() - began + engine.saved
        f1 = word_f1("\n".join(texts), one.truth)
        sure = fmean(confidences)
        told = tuple(languages), tuple(notes)
        found.append(
            Measured(one.name, one.group, way, f1, seconds, len(one.pictures), fmean(qualities), sure, *told)
        )
    return found


def table(measured: list[Measured]) -> Table:
    """Groups down, ways across: mean F1 and, below it, CPU against plain."""
    cells: dict[tuple[str, str], list[Measured]] = defaultdict(list)
    for one in measured:
        cells[one.group, one.way].append(one)
        cells["all", one.way].append(one)
    shown = Table("group", "n", *WAYS)
    for group in dict.fromkeys(group for group, _ in cells):
        plain = sum(one.seconds for one in cells[group, "plain"])
        row = []
        for way in WAYS:
            f1 = fmean(one.f1 for one in cells[group, way])
            row.append(f"{f1:.3f} {sum(one.seconds for one in cells[group, way]) / plain:.2f}x")
        shown.add_row(group, str(len(cells[group, "plain"])), *row)
    return shown


def correlation(measured: list[Measured]) -> dict[str, float]:
    """How quality and confidence go with the words that were read right (Spearman), with all steps."""
    read = [one for one in measured if one.way == "all steps"]
    right = _ranks([one.f1 for one in read])
    return {
        name: round(float(np.corrcoef(_ranks([getattr(one, name) for one in read]), right)[0, 1]), 3)
        for name in ("quality", "confidence")
    }


def _ranks(values: list[float]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Ranks; equal values share the mean of theirs."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return np.asarray((ends - (counts - 1) / 2)[inverse], np.float64)


_ENGINE: list[Engine] = []


def _job(one: Labelled) -> list[Measured]:
    if not _ENGINE:
        folder = tessdata.find("")
        language.load()
        _ENGINE.append(TesserocrEngine(folder, tessdata.installed(folder, tuple(LANGUAGES.split("+")))))
    return measure(one, _ENGINE[0])


def _all(folder: Path, group: str, most: int, processes: int) -> Iterator[list[Measured]]:
    chosen = (one for one in labelled(folder, Limits(), most) if group in one.group)
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        yield from pool.imap(_job, chosen)


def main() -> None:
    """Measure and show."""
    parser = argparse.ArgumentParser(prog="python -m bench.preparation", description=__doc__)
    parser.add_argument("--documents", type=Path, required=True, help="folder with a MANIFEST.csv")
    parser.add_argument("--group", default="", help="only groups whose name holds this")
    parser.add_argument("--most", type=int, default=8, help="documents of each group that is made, not scanned")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--details", type=Path, help="write each measurement there, a JSON object a line")
    options = parser.parse_args()
    measured: list[Measured] = []
    for found in _all(options.documents, options.group, options.most, options.processes):
        measured += found
        if options.details:
            with options.details.open("a", encoding="utf-8") as lines:
                lines.writelines(json.dumps(asdict(one)) + "\n" for one in found)
    console = Console(width=220)
    console.print(table(measured))
    console.print(f"rank correlation with F1: {correlation(measured)}")


if __name__ == "__main__":
    main()
