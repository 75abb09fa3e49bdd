"""One review: the page with its words, the values beside it, why a person is asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Request
from fastapi.responses import HTMLResponse

from processors import document_types
from processors.batch.reviews.deciding import waits_for
from processors.console.desk import AtDesk
from processors.console.rendering import page
from processors.console.review_rows import meaning, rows_of
from processors.console.review_tools import case_of, tools_of
from processors.console.visitor import Visiting
from processors.decisions import Look, may_look
from processors.document_types.paths import walk
from processors.names import person
from processors.reasons import BY_REVIEWERS
from processors.record.facts import utc_now
from processors.record.review_work import ReviewWork

router = APIRouter()
DocumentPath = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]


@router.get("/reviews/{document}")
def review(request: Request, desk: AtDesk, visitor: Visiting, document: DocumentPath) -> HTMLResponse:
    """The whole page."""
    with tools_of(request, desk) as tools:
        case = case_of(tools, desk, visitor, document)
    work = ReviewWork(desk.ledger.engine).work_on(case.event.id)
    taken = bool(work.holder) and (work.until is None or work.until > utc_now())
    asked = case.event.data
    return page(
        request,
        "review.html",
        case=case,
        asked=asked,
        document=document,
        name=asked.document.original.name or asked.document.original.key,
        pages=asked.document.original.pages,
        may_be_cut=asked.document.original.pages > 1 and asked.document.depth < desk.settings.limits.max_depth,
        told=rows_of(case),
        meaning=meaning,
        waits=waits_for(case.looks),
        shown=case.shown,
        differing=_differing(case.shown),
        holder=work.holder if taken else "",
        mine=taken and work.holder == person(visitor.name),
        may_look=may_look(case.looks, visitor.name),
        types=document_types.load(desk.settings.document_types),
        aside=BY_REVIEWERS,
        lacking=desk.pictures.lacking,
    )


@router.get("/reviews/{document}/words/{number}")
def words(request: Request, desk: AtDesk, visitor: Visiting, document: DocumentPath, number: int) -> dict[str, Any]:
    """The words of a page, in reading order: text and box in points; without a box where nobody knows the place."""
    with tools_of(request, desk) as tools:
        case = case_of(tools, desk, visitor, document)
    # From this machine's disk where it can be: somebody who leafs through a long document asks for each page.
    ref = case.event.data.artefacts.get("pages")
    found = desk.records.page(ref, number) if ref else None
    if found is None:
        raise HTTPException(404, "There is no such page.")
    return {
        "number": number,
        "width": found.width,
        "height": found.height,
        "words": [
            {"text": word.text, "line": word.line, "box": word.box if word.placed else None} for word in found.words
        ],
    }


def _differing(looks: Sequence[Look]) -> list[list[tuple[str, object]]]:
    """Of each look, path and value of what is not the same in all of them."""
    values = [dict(walk(look.values)) for look in looks]
    paths = dict.fromkeys(path for one in values for path in one)
    unlike = [path for path in paths if len({str(one.get(path)) for one in values}) > 1]
    return [[(path, one.get(path)) for path in unlike] for one in values]
