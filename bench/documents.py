"""Which files a benchmark takes: chosen from a folder's MANIFEST.csv, the same ones each time.

What a file is (scan or text layer) is not believed from the manifest: its pages are opened with the pipeline's own
sources, so that exactly what the pipeline would recognise counts as a scan.
"""

from __future__ import annotations

import csv
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Literal

from processors.config import Limits
from processors.formats import detect
from processors.formats.image import PILLOW_FORMAT, open_image, page_frames
from processors.formats.pdf import open_pdf
from processors.formats.port import Refused
from processors.ocr.image_source import ImageSource
from processors.ocr.pdf_source import PdfSource
from processors.ocr.picture import Picture, is_blank
from processors.ocr.source import PageSource
from processors.pages import Page
from processors.reasons import QuarantineReason

#: scan: every page is recognised; text_layer: none is
Kind = Literal["scan", "text_layer"]


@dataclass(frozen=True)
class Document:
    """A file that was opened and looked at."""

    path: Path
    pages: int
    kind: Kind


class TooFew(SystemExit):
    """The folder does not hold what the benchmark needs."""


def listed(folder: Path) -> list[Path]:
    """The files of the manifest that should pass, one type after the other so that a few show many types.

    Raises:
        TooFew: there is no manifest.
    """
    manifest = folder / "MANIFEST.csv"
    if not manifest.is_file():
        raise TooFew(f"{manifest} is missing: name a folder with a manifest in --documents.")
    by_type: dict[str, list[Path]] = defaultdict(list)
    with manifest.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            path = folder / (row.get("path") or row["file"])
            # Files that are damaged or locked on purpose are for other tests.
            odd = row.get("expect") or row.get("doc_type") == "odd" or row.get("expected_end") == "quarantined"
            if not odd and path.is_file():
                by_type[row.get("doc_type") or row.get("expected_type") or ""].append(path)
    turns = zip_longest(*(sorted(by_type[name]) for name in sorted(by_type)))
    return [path for turn in turns for path in turn if path is not None]


def choose_scans(folder: Path, limits: Limits, most_pages: int) -> list[Document]:
    """Scanned documents of at most `most_pages` pages together.

    Raises:
        TooFew: there is none.
    """
    chosen: list[Document] = []
    left = most_pages
    for path in listed(folder):
        if left and (pages := pages_of_kind(path, limits, "scan", left)):
            chosen.append(Document(path, pages, "scan"))
            left -= pages
    if not chosen:
        raise TooFew(f"No scanned document of at most {most_pages} pages in {folder}.")
    return chosen


def choose_single(folder: Path, limits: Limits, kind: Kind) -> Document:
    """The first document of one page and this kind.

    Raises:
        TooFew: there is none.
    """
    for path in listed(folder):
        if pages_of_kind(path, limits, kind, 1):
            return Document(path, 1, kind)
    raise TooFew(f"No {kind} of one page in {folder}.")


def pages_of_kind(path: Path, limits: Limits, kind: Kind, most: int) -> int:
    """How many pages a file has, if they are `most` at most and all of this kind; else 0."""
    count = 0
    try:
        with opened(path, limits) as (source, pages):
            while count < pages <= most and _is(kind, source.read(count + 1)):
                count += 1
    except Refused:
        return 0
    return count if count == pages else 0


@contextmanager
def opened(path: Path, limits: Limits, *, text_layers: bool = True) -> Iterator[tuple[PageSource, int]]:
    """The pages as the OCR stage gets them, and how many there are.

    Raises:
        Refused: the file cannot be read, or has no pages to look at.
    """
    media_type = detect.media_type(path)
    if media_type == detect.PDF:
        with tempfile.TemporaryDirectory() as scratch, open_pdf(path, Path(scratch), limits) as pdf:
            yield PdfSource(pdf, limits, text_layers=text_layers), len(pdf)
    elif media_type in PILLOW_FORMAT:
        with open_image(path, media_type, limits) as image:
            yield ImageSource(image, limits), len(page_frames(image, limits))
    else:
        raise Refused(QuarantineReason.TYPE_NOT_ALLOWED)


def _is(kind: Kind, page: Page | Picture) -> bool:
    if isinstance(page, Page):
        return kind == "text_layer"
    # A blank page is not recognised either.
    return kind == "scan" and not is_blank(page.image)
