"""`python -m processors.forge.line_reader.labelled --documents DIR --out FOLDER`: strips of labelled pictures.

DIR holds sets of labelled documents, `<set>/labels.jsonl`; those with a picture (`file`) and transcribed `lines`
are read once, as production does first, and their lines cut out as the line reader will be shown them. Documents
of the part `test` are not opened. Writes `strips.npz`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import numpy as np
from PIL import Image
from rich.console import Console
from rich.progress import Progress

from processors.config import Limits
from processors.forge.evaluation.labelled import records
from processors.forge.line_reader.aligning import Found, aligned
from processors.forge.line_reader.labelled_strips import FILE, Labelled, save
from processors.forge.samples import split_of
from processors.ocr import steps, tessdata
from processors.ocr.engine import Engine, PixelWord
from processors.ocr.image_source import ImageSource
from processors.ocr.lines import line_reader
from processors.ocr.lines.alphabet import ALPHABET
from processors.ocr.lines.strips import MARGIN, Strip, cut
from processors.ocr.picture import Picture
from processors.ocr.reading import Sheet
from processors.ocr.tesserocr_engine import TesserocrEngine

#: Pixels: shorter pieces show no letter.
_LEAST_WIDTH = 8


def transcribed(documents: Path) -> Iterator[tuple[str, Path, Sequence[str]]]:
    """Name, picture and lines of each labelled document that may be learned from."""
    for name, label in records(documents):
        if "file" in label and label.get("lines") and split_of(name) != "test":
            yield name, documents / label["file"], label["lines"]


def of_picture(engine: Engine, picture: Picture, lines: Sequence[str], name: str) -> Iterator[Labelled]:
    """The strips of a page whose text is known; lines that were found on none of it are left out."""
    sheet = Sheet(engine, steps.ALL, np.asarray(picture.image), picture.dpi)
    best, _ = sheet.legible(line_reader.LANGUAGE)
    seen, words = sheet.shown(best, best.found)
    strips = list(cut(np.asarray(seen.image), words))
    found = aligned(lines, [[word.text for word in strip.words] for strip in strips])
    by_strip = sorted(found, key=lambda one: (one.line, one.first))
    for number, here in groupby(by_strip, key=lambda one: one.line):
        for one in _pieces(strips[number], list(here), name):
            if one.text and set(one.text) <= set(ALPHABET) and one.grey.shape[1] >= _LEAST_WIDTH:
                yield one


def _pieces(strip: Strip, found: Sequence[Found], name: str) -> Iterator[Labelled]:
    """The whole strip where all its words are known, and the parts that are known where that is more than that."""
    whole = sum(one.last - one.first for one in found) == len(strip.words)
    if whole:
        yield Labelled(strip.grey, " ".join(" ".join(one.text for one in found).split()), name)
    if not whole or len(found) > 1:
        for one in found:
            left, right = _ends(strip, strip.words[one.first : one.last])
            yield Labelled(strip.grey[:, left:right], " ".join(one.text.split()), name)


def _ends(strip: Strip, words: Sequence[PixelWord]) -> tuple[int, int]:
    """Between which pixels of a strip some of its words stand, with paper at either end."""
    forth = np.linalg.inv(np.vstack([strip.back, [0.0, 0.0, 1.0]]))
    top = words[0].box[1]
    left, right = (float((forth @ [x, top, 1.0])[0]) for x in (words[0].box[0], words[-1].box[2]))
    return max(int(left) - MARGIN, 0), min(int(right) + MARGIN + 1, strip.grey.shape[1])


def made(documents: Path) -> Iterator[Sequence[Labelled]]:
    """The strips of one document after another."""
    folder = tessdata.find("")
    engine = TesserocrEngine(folder, tessdata.installed(folder, (line_reader.LANGUAGE,)))
    for name, file, lines in transcribed(documents):
        with Image.open(file) as image:
            picture = ImageSource(image, Limits()).read(1)
        if isinstance(picture, Picture):
            yield list(of_picture(engine, picture, lines, name))


def main() -> None:
    """Write the strips."""
    parser = argparse.ArgumentParser(prog="python -m processors.forge.line_reader.labelled", description=__doc__)
    parser.add_argument("--documents", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    strips: list[Labelled] = []
    console = Console(stderr=True)
    wanted = sum(1 for _ in transcribed(options.documents))
    with Progress(console=console) as progress:
        for one in progress.track(made(options.documents), total=wanted, description="pictures"):
            strips += one
    if not strips:
        raise SystemExit(f"{options.documents}: no set has pictures with transcribed lines in its labels.jsonl.")
    save(options.out / FILE, strips)
    console.print(f"{len(strips)} strips of {len({one.document for one in strips})} documents")


if __name__ == "__main__":
    main()
