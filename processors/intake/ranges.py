"""How a document is cut into page ranges that are recognised side by side."""

from __future__ import annotations

from processors.events import PageRange

#: Four scanned pages are some 5 s of recognition: long beside the cost of an event and a fork (0.1 s), and as long
#: as a letter has to wait that arrives while all workers read a long document.
SCANNED_PAGES = 4
#: Pages that carry their text take some 25 ms.
WRITTEN_PAGES = 32
#: Every range is named in every request, and each is a record on a topic: so many at most, however long the
#: document. 5,000 scanned pages make 500 ranges of 10 pages, and requests of 12 kB.
MOST_RANGES = 512


def split(pages: int, *, written: bool = False) -> tuple[PageRange, ...]:
    """The ranges of a document, in order, without a gap; only the last may be shorter.

    Args:
        pages: of the document
        written: its pages carry their text, and are read in no time
    """
    length = max(WRITTEN_PAGES if written else SCANNED_PAGES, -(-pages // MOST_RANGES))
    return tuple(
        PageRange(first=first, last=min(first + length - 1, pages)) for first in range(1, pages + 1, length)
    )
