"""How much cheaper a page with a good text layer is than its recognition: both on the very same pages.

A layer is read in some milliseconds, less than the fork that each piece of work gets. So the pages are read three
ways: as one long document in one piece of work, where the fork is spread over hundreds of pages; in the page ranges
that the pipeline makes; and by the difference between the long document and a short one, which has no fork in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pikepdf

from bench.documents import Document
from bench.floor import Floor
from bench.ocr.meter import Meter
from bench.ocr.ours import Ours, Read
from bench.ocr.tools import Failed
from processors.events import PageRange
from processors.intake import ranges

#: The long document holds the pages so often: the fork, 0.05 s, is then less than a tenth of its costs.
_TIMES = 8
_REPEATS = 3


@dataclass(frozen=True)
class TextLayer:
    """CPU seconds a page."""

    #: different pages, and of how many documents
    pages: int
    documents: int
    #: share of them for which the stage used the layer
    used: float
    floor: float
    #: in one long piece of work, in page ranges, and without any fork
    long: float
    ranges: float
    marginal: float

    @property
    def times_cheaper(self) -> float:
        """Recognition by reading, as one long document."""
        return self.floor / self.long

    def to_json(self) -> dict[str, float]:
        """For machines."""
        return {
            "pages": self.pages,
            "documents": self.documents,
            "layer_used": round(self.used, 4),
            "floor_cpu_seconds_per_page": round(self.floor, 4),
            "cpu_seconds_per_page_long_document": round(self.long, 6),
            "cpu_seconds_per_page_in_ranges": round(self.ranges, 6),
            "cpu_seconds_per_page_without_fork": round(self.marginal, 6),
            "times_cheaper_in_ranges": round(self.floor / self.ranges, 1),
            "times_cheaper_without_fork": round(self.floor / self.marginal, 1),
        }


def measure(
    tool: Ours, floor: Floor, documents: Sequence[Document], folder: Path, say: Callable[[str], None]
) -> TextLayer:
    """Read the pages in all three ways, and recognise them once.

    Raises:
        Failed: the stage could not read them.
    """
    documents = [one for one in documents if _can_be_copied(one.path)]
    if not documents:
        raise Failed("no document whose pages can be copied")
    once, often = folder / "once.pdf", folder / "often.pdf"
    _join(documents, 1, once)
    _join(documents, _TIMES, often)
    pages = sum(document.pages for document in documents)
    say(f"recognising {pages} pages that have a text layer")
    floor.load([(once, None)])
    recognised = floor.seconds() / pages
    say(f"reading the text layer of {pages} pages")
    read = tool.whole(once, [PageRange(first=1, last=pages)])
    short = _cheapest(tool, once, [PageRange(first=1, last=pages)])
    split = _cheapest(tool, once, ranges.split(pages))
    long = _cheapest(tool, often, [PageRange(first=1, last=pages * _TIMES)])
    return TextLayer(
        pages=pages,
        documents=len(documents),
        used=_used(read),
        floor=recognised,
        long=long / (pages * _TIMES),
        ranges=split / pages,
        # Times have the kernel's tick as grain: without it a difference could come out as nothing.
        marginal=max(long - short, 0.01) / (pages * (_TIMES - 1)),
    )


def _cheapest(tool: Ours, path: Path, split: Sequence[PageRange]) -> float:
    """The median would be as good; the least is what the work needs where nothing disturbs it."""
    seconds = []
    for _ in range(_REPEATS):
        with Meter() as meter:
            tool.whole(path, split)
        seconds.append(meter.cpu)
    return min(seconds)


def _join(documents: Sequence[Document], times: int, place: Path) -> None:
    with pikepdf.new() as pdf:
        for _ in range(times):
            for document in documents:
                # Opened anew each time, so that no page shares its fonts with an earlier one.
                with pikepdf.open(document.path) as source:
                    pdf.pages.extend(source.pages)
        pdf.save(place)


def _can_be_copied(path: Path) -> bool:
    """Whether qpdf opens it; one that needs a password or is damaged is not for this measurement."""
    try:
        pikepdf.open(path).close()
    except pikepdf.PdfError:
        return False
    return True


def _used(read: Read) -> float:
    return sum(page.source == "text_layer" for page in read.pages) / len(read.pages)
