"""How a document is cut into page ranges that are recognised side by side."""

from __future__ import annotations

from processors.events import PageRange

#: Eight scanned pages are some 10 s of recognition: long beside the cost of an event and a fork (0.05 s),
#: short beside the limit for one piece of work (300 s).
PAGES_PER_RANGE = 8
#: Every range is named in every request, and each is a record on a topic: so many at most, however long the
#: document. 5,000 pages make 64 ranges of 79 pages.
MOST_RANGES = 64


def split(pages: int) -> tuple[PageRange, ...]:
    """The ranges of a document of so many pages, in order, without a gap; only the last may be shorter."""
    length = max(PAGES_PER_RANGE, -(-pages // MOST_RANGES))
    return tuple(
        PageRange(first=first, last=min(first + length - 1, pages)) for first in range(1, pages + 1, length)
    )
