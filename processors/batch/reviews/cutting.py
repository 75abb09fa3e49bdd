"""Where a person cuts a packet: what can be cut, and where, told before anything is kept."""

from __future__ import annotations

from processors.batch.reviews.cases import Case
from processors.batch.reviews.errors import ReviewError
from processors.config import Limits
from processors.decisions import are_cuts


def checked(case: Case, cuts: tuple[int, ...], limits: Limits) -> tuple[int, ...]:
    """The pages with which a further document begins.

    Raises:
        ReviewError: this document cannot be cut, or not so.
    """
    document = case.event.data.document
    pages, depth = document.original.pages, document.depth + 1
    if pages < 2:
        how_many = "one page" if pages else "an unknown number of pages"
        raise ReviewError(f"It has {how_many}, so there is nothing to cut.")
    if not are_cuts(cuts):
        raise ReviewError(f"Name the pages with which further documents begin, from 2 to {pages}, in their order.")
    if cuts[-1] > pages:
        raise ReviewError(f"It has {pages} pages: no document can begin with page {cuts[-1]}.")
    if len(cuts) >= limits.max_enclosed:
        raise ReviewError(f"{len(cuts) + 1} documents are more than may come of one ({limits.max_enclosed}).")
    if depth > limits.max_depth:
        raise ReviewError(
            f"Its parts would lie inside {depth} files, of which {limits.max_depth} are allowed. "
            "Set it aside, and send its parts as files of their own."
        )
    return cuts
