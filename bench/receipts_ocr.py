"""How much of receipts is read to the letter: `python -m bench.receipts_ocr --documents DIR`.

DIR holds pictures and a `labels.jsonl`: for each `file` its transcribed `lines` and some `fields`. Counted are the
values that stand in the text read, the labelled lines that stand in one line of it, both in any case and with any
blanks, and never as a part of a longer word or number; and word F1. "Labels" is what a perfect reading would get:
some values were labelled otherwise than they are printed.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import repeat
from pathlib import Path

from PIL import Image
from rich.console import Console
from rich.table import Table

from bench.ocr.truth import mean, word_f1
from processors.config import LANGUAGES, PACKAGE, Limits
from processors.ocr import steps, tessdata
from processors.ocr.image_source import ImageSource
from processors.ocr.lines.line_reader import LineReader
from processors.ocr.picture import Picture
from processors.ocr.reading import Reader
from processors.ocr.steps import Steps
from processors.ocr.tesserocr_engine import TesserocrEngine

#: the steps that are taken, and whether the line reader takes part
WAYS = {
    "one reading": (replace(steps.ALL, doubtful=False), False),
    "doubtful lines twice": (steps.ALL, False),
    "line reader, too": (steps.ALL, True),
}


@dataclass(frozen=True)
class Score:
    """One receipt."""

    #: the names of the values that were found
    values: frozenset[str]
    wanted: frozenset[str]
    lines: int
    wanted_lines: int
    f1: float
    #: CPU
    seconds: float


def stands_in(wanted: str, text: str) -> bool:
    """Whether a value stands in a text, not cut out of a longer word or number."""
    value, where = _folded(wanted), _folded(text)
    at = where.find(value) if value else -1
    while at >= 0:
        end = at + len(value)
        cut = _joined(where[at - 1 : at], value[0]) or _joined(value[-1], where[end : end + 1])
        if not cut:
            return True
        at = where.find(value, at + 1)
    return False


def score(label: dict[str, object], text: str, seconds: float) -> Score:
    """Compare a reading, a line of the page a line of text, with a line of `labels.jsonl`."""
    fields, lines = label["fields"], label["lines"]
    if not isinstance(fields, dict) or not isinstance(lines, list):
        raise SystemExit("labels.jsonl: every object needs `fields` and `lines`")
    read = text.split("\n")
    return Score(
        frozenset(name for name, value in fields.items() if stands_in(value, text)),
        frozenset(fields),
        sum(any(stands_in(line, one) for one in read) for line in lines),
        len(lines),
        word_f1("\n".join(lines), text),
        seconds,
    )


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _joined(left: str, right: str) -> bool:
    """Whether two neighbours belong to one word, or to one number."""
    return (left.isalpha() and right.isalpha()) or (left.isdigit() and right.isdigit())


def _read(folder: Path, label: dict[str, object], way: tuple[Steps, bool], models: Mapping[str, Path]) -> Score:
    data = tessdata.find("")
    engine = TesserocrEngine(data, tessdata.installed(data, tuple(LANGUAGES.split("+"))))
    taken, with_lines = way
    mine = models.get(Path(str(label["file"])).stem, PACKAGE / "models")
    reader = Reader(engine, taken, LineReader(mine) if with_lines else None)
    with Image.open(folder / str(label["file"])) as image:
        page = ImageSource(image, Limits()).read(1)
    if not isinstance(page, Picture):
        raise SystemExit(f"{label['file']} is no picture")
    began = time.process_time()
    text = reader.read(page).text()
    return score(label, text, time.process_time() - began)


def _row(name: str, scores: Iterable[Score]) -> tuple[str, ...]:
    listed = list(scores)
    found, wanted = (Counter(name for one in listed for name in names(one)) for names in (_found, _wanted))
    lines = sum(one.lines for one in listed) / sum(one.wanted_lines for one in listed)
    each = ", ".join(f"{name} {found[name]}" for name in sorted(wanted))
    share = found.total() / wanted.total()
    return (
        name, str(len(listed)), f"{share:.3f}", each, f"{lines:.3f}",
        f"{mean(one.f1 for one in listed):.3f}", f"{mean(one.seconds for one in listed):.2f}",
    )  # fmt: skip


def _found(one: Score) -> frozenset[str]:
    return one.values


def _wanted(one: Score) -> frozenset[str]:
    return one.wanted


def main() -> None:
    """Measure and show."""
    parser = argparse.ArgumentParser(prog="python -m bench.receipts_ocr", description=__doc__)
    parser.add_argument("--documents", type=Path, required=True, help="folder of pictures' paths in labels.jsonl")
    parser.add_argument("--labels", type=Path, help="default: receipts/labels.jsonl in the folder")
    parser.add_argument(
        "--models",
        type=Path,
        help="JSON: from a document's name to the models' folder whose line reader never saw it",
    )
    parser.add_argument("--processes", type=int, default=1)
    options = parser.parse_args()
    file = options.labels or options.documents / "receipts" / "labels.jsonl"
    labels = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    models = {}
    if options.models:
        models = {name: Path(folder) for name, folder in json.loads(options.models.read_text()).items()}
    shown = Table("way", "receipts", "values", "of each", "lines", "word F1", "CPU s a page")
    shown.add_row(*_row("labels", (score(one, "\n".join(one["lines"]), 0.0) for one in labels)))
    with ProcessPoolExecutor(options.processes) as pool:
        for name, way in WAYS.items():
            shown.add_row(
                *_row(name, pool.map(_read, repeat(options.documents), labels, repeat(way), repeat(models)))
            )
    Console(width=160).print(shown)


if __name__ == "__main__":
    main()
