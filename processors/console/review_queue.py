"""The queue of reviews: what waits for a person, the oldest first, and a way to take the next."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from processors import document_types
from processors.console.desk import AtDesk, Desk
from processors.console.rendering import page, root_of
from processors.console.visitor import Reviewing, Visiting, Visitor
from processors.names import person
from processors.reasons import ReviewReason
from processors.record.browsing import Browsing
from processors.record.facts import utc_now
from processors.record.review_work import ReviewWork, Waiting

router = APIRouter()
_ROWS = 200
#: Reviews that one who asks for the next may find taken by others in the same moment.
_TRIES = 20
Word = Annotated[str, Query(max_length=64)]


@router.get("/reviews")
def queue(
    request: Request,
    desk: AtDesk,
    visitor: Visiting,
    agency: Word = "",
    kind: Annotated[str, Query(alias="type", max_length=64)] = "",
    reason: Word = "",
    done: Annotated[str, Query(max_length=8)] = "",
) -> HTMLResponse:
    """The oldest first; `done` tells what became of the last one."""
    waiting = waiting_for(desk, visitor, agency, kind, reason, _ROWS + 1)
    return page(
        request,
        "reviews.html",
        waiting=waiting[:_ROWS],
        more=len(waiting) > _ROWS,
        me=person(visitor.name),
        now=utc_now(),
        done=done,
        wish={"agency": agency, "type": kind, "reason": reason},
        agencies=Browsing(desk.ledger.engine).agencies(visitor.reach),
        types=sorted({*document_types.load(desk.settings.document_types), "unknown"}),
        reasons=tuple(ReviewReason),
        meanings={one.value: one.meaning for one in ReviewReason},
    )


@router.post("/reviews/next")
def take_next(
    request: Request,
    desk: AtDesk,
    visitor: Reviewing,
    agency: Word = "",
    kind: Annotated[str, Query(alias="type", max_length=64)] = "",
    reason: Word = "",
) -> Response:
    """Take the oldest that this visitor may take, and go there."""
    work, now = ReviewWork(desk.ledger.engine), utc_now()
    for one in waiting_for(desk, visitor, agency, kind, reason, _TRIES, unseen=True):
        if work.take(one.review, visitor.name, now) == person(visitor.name):
            return RedirectResponse(f"{root_of(request)}/reviews/{one.document}", 303)
    return RedirectResponse(f"{root_of(request)}/reviews?done=all", 303)


def waiting_for(
    desk: Desk, visitor: Visitor, agency: str, kind: str, reason: str, limit: int, *, unseen: bool = False
) -> tuple[Waiting, ...]:
    """What waits and is this visitor's to see."""
    if agency and not visitor.may_see(agency):
        return ()
    agencies = (agency,) if agency else tuple(sorted(visitor.agencies))
    if not agencies and not visitor.every_agency:
        return ()
    return ReviewWork(desk.ledger.engine).waiting(
        agencies=(agency,) if agency else () if visitor.every_agency else agencies,
        types=(kind,) if kind else (),
        reasons=(reason,) if reason else (),
        limit=limit,
        unseen_by=visitor.name if unseen else "",
        now=utc_now(),
    )
