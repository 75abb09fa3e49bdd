"""One document: its pages with the proofs on them, its values, its runs, the path it took, its files."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, Response

from processors.console import sheet
from processors.console.desk import AtDesk, Desk
from processors.console.downloads import offered
from processors.console.ends import Read, known, read_if_kept
from processors.console.finding import TheCase, TheKeptCase
from processors.console.meanings import STATES, meaning
from processors.console.pictures import RESOLUTIONS, drawn_from
from processors.console.rendering import page
from processors.console.visitor import Visiting
from processors.errors import ArtefactMissing
from processors.pages import Page
from processors.record.browsing import Browsing
from processors.record.entry import Entry

router = APIRouter()
_MOST_ENCLOSED = 200
#: How wide a page is shown -> at which resolution it is drawn.
ZOOMS = {"fit": RESOLUTIONS[1], "large": RESOLUTIONS[1], "huge": RESOLUTIONS[2]}


@router.get("/documents/{document}")
def document(
    request: Request,
    desk: AtDesk,
    visitor: Visiting,
    case: TheCase,
    page_number: Annotated[int, Query(alias="page", ge=0, le=100_000)] = 0,
    zoom: Annotated[str, Query(max_length=8)] = "fit",
) -> HTMLResponse:
    """The whole page; without `page` it begins with the one that has most proofs."""
    entry = case.entry
    what = known(entry) if case.disposed else read_if_kept(desk, entry)
    pages = entry.original.pages
    number = min(page_number or sheet.first_page(what.values), max(pages, 1))
    browsing = Browsing(desk.ledger.engine)
    drawn = _record(desk, what, number)
    return page(
        request,
        "document.html",
        case=case,
        entry=entry,
        what=what,
        number=number,
        pages=pages,
        zoom=zoom if zoom in ZOOMS else "fit",
        zooms=tuple(ZOOMS),
        drawn=drawn,
        words=sheet.words(drawn) if drawn else (),
        marks=sheet.marks(what.values, number),
        has_picture=pages > 0 and drawn_from(what.artefacts) is not None,
        lacking=desk.pictures.lacking,
        path=desk.ledger.path(entry.id, entry.run_id),
        files=() if case.disposed else offered(entry, what),
        enclosed=browsing.enclosed(visitor.reach, entry.id, _MOST_ENCLOSED),
        twin=_seen(browsing, visitor, entry.same_content_as),
        parent=_seen(browsing, visitor, entry.parent),
        states=STATES,
        meaning=meaning,
    )


@router.get("/documents/{document}/pages/{number}")
def picture(
    desk: AtDesk, case: TheKeptCase, number: int, zoom: Annotated[str, Query(max_length=8)] = "fit"
) -> Response:
    """A page as PNG, drawn in the sandbox."""
    entry = case.entry
    if not 1 <= number <= entry.original.pages or zoom not in ZOOMS:
        raise HTTPException(404, "The document has no such page.")
    if desk.pictures.lacking:
        raise HTTPException(503, f"No pictures of pages are drawn here. {desk.pictures.lacking}")
    found = desk.pictures.page(entry.document, entry.artefacts, number, ZOOMS[zoom])
    if found is None:
        raise HTTPException(404, "This page cannot be drawn. Its words and values are still shown beside it.")
    return Response(found, media_type="image/png")


def _record(desk: Desk, what: Read, number: int) -> Page | None:
    """What was read on the page; None before it was read, and once that was deleted."""
    ref = what.artefacts.get("pages")
    try:
        return desk.records.page(ref, number) if ref else None
    except ArtefactMissing:
        return None


def _seen(browsing: Browsing, visitor: Visiting, document: str) -> Entry | None:
    """Another document that this one names, if it is there for the visitor."""
    runs = browsing.runs(visitor.reach, document) if document else ()
    return runs[-1] if runs else None
