"""CPU of the OCR stage against the bare engine on the same pages: `python -m bench.recognition --documents DIR`.

Both in this process, document by document in turns. The bare engine gets pages that lie decoded in memory, and its
first pack. The stage does all that it does in production but the outputs: it opens, decodes, looks, prepares,
recognises and writes the page records.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

from bench.documents import Document, choose_scans, opened
from processors.config import LANGUAGES, Limits, load
from processors.events import DocumentId, Event, Original, PageRange, PagesRequested
from processors.formats import detect
from processors.ocr import tessdata
from processors.ocr.picture import Picture
from processors.ocr.stage import build
from processors.ocr.tesserocr_engine import TesserocrEngine
from processors.stage import Done, Stage, Work


def stage_seconds(stage: Stage, one: Document) -> float:
    """CPU of reading a document as one range."""
    media_type = detect.media_type(one.path)
    original = Original(bucket="b", key="k", version_id="v", size=0, media_type=media_type, pages=one.pages)
    whole = PageRange(first=1, last=one.pages)
    document = DocumentId(id="d", agency="bench", original=original)
    asked = PagesRequested(document=document, range=whole, ranges=(whole,))
    event = Event[PagesRequested](id="e", type=asked.TYPE, source="/bench", time=datetime.now(UTC), data=asked)
    with tempfile.TemporaryDirectory() as scratch:
        began = time.process_time()
        outcome = stage.process(Work(event, {"original": one.path}, Path(scratch)))
        seconds = time.process_time() - began
    assert isinstance(outcome, Done)
    return seconds


def bare_seconds(engine: TesserocrEngine, one: Document, limits: Limits) -> float:
    """CPU of the bare engine on the same pages, decoded before."""
    with opened(one.path, limits) as (source, count):
        pictures = [read for number in range(1, count + 1) if isinstance(read := source.read(number), Picture)]
    total = 0.0
    for picture in pictures:
        began = time.process_time()
        # Words are read from it, too: some 15 ms a page that a bare engine would not use.
        engine.recognise(picture.image, round(picture.dpi), engine.languages[0])
        total += time.process_time() - began
    return total


def main() -> None:
    """Measure and show, by folder."""
    parser = argparse.ArgumentParser(prog="python -m bench.recognition", description=__doc__)
    parser.add_argument("--documents", type=Path, required=True, help="folder with a MANIFEST.csv")
    parser.add_argument("--pages", type=int, default=40, help="scanned pages, at most")
    options = parser.parse_args()
    settings = load({})
    stage = build(settings, outputs=False)
    folder = tessdata.find("")
    engine = TesserocrEngine(folder, (LANGUAGES.partition("+")[0],))
    seconds: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for one in choose_scans(options.documents, settings.limits, options.pages):
        measured = float(one.pages), bare_seconds(engine, one, settings.limits), stage_seconds(stage, one)
        for group in (one.path.parent.name, "all"):
            seconds[group] = [total + more for total, more in zip(seconds[group], measured, strict=True)]
    for group, (pages, bare, ours) in sorted(seconds.items()):
        each = f"bare {bare / pages:.3f} s  stage {ours / pages:.3f} s"
        print(f"{group:12} {pages:4.0f} pages  {each}  {ours / bare:.2f} x")


if __name__ == "__main__":
    main()
