"""What a reviewer does on a page: take a review, keep it, give it back, have changes checked, decide."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Body, HTTPException, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from processors import document_types
from processors.batch.reviews.answers import Answer, read_answer
from processors.batch.reviews.checking import check
from processors.batch.reviews.deciding import decide_on_record
from processors.batch.reviews.errors import ReviewError, ValueRefused
from processors.console.desk import AtDesk
from processors.console.rendering import root_of
from processors.console.review_page import DocumentPath
from processors.console.review_tools import case_of, tools_of
from processors.console.visitor import Reviewing
from processors.decisions import may_look
from processors.names import person
from processors.record.facts import utc_now
from processors.record.review_work import ReviewWork

router = APIRouter()
Said = Annotated[dict[str, Any], Body()]


@router.post("/reviews/{document}/take")
def take(request: Request, desk: AtDesk, visitor: Reviewing, document: DocumentPath) -> Response:
    """Have it for a while, and go to its page."""
    with tools_of(request, desk) as tools:
        case = case_of(tools, desk, visitor, document)
    if not may_look(case.looks, visitor.name):
        raise HTTPException(409, "You have looked at this review already: another person must look at it now.")
    holder = ReviewWork(desk.ledger.engine).take(case.event.id, visitor.name, utc_now())
    if holder != person(visitor.name):
        raise HTTPException(409, f"{holder} works on this review. Take another, or come back in 15 minutes.")
    return RedirectResponse(f"{root_of(request)}/reviews/{document}", 303)


@router.post("/reviews/{document}/keep")
def keep(request: Request, desk: AtDesk, visitor: Reviewing, document: DocumentPath) -> dict[str, bool]:
    """Have it for longer; whether it is still this visitor's."""
    with tools_of(request, desk) as tools:
        case = case_of(tools, desk, visitor, document)
    if not may_look(case.looks, visitor.name):
        return {"mine": False}
    holder = ReviewWork(desk.ledger.engine).take(case.event.id, visitor.name, utc_now())
    return {"mine": holder == person(visitor.name)}


@router.post("/reviews/{document}/back")
def give_back(request: Request, desk: AtDesk, visitor: Reviewing, document: DocumentPath) -> Response:
    """Let others have it."""
    with tools_of(request, desk) as tools:
        case = case_of(tools, desk, visitor, document)
    ReviewWork(desk.ledger.engine).give_back(case.event.id, visitor.name)
    return RedirectResponse(f"{root_of(request)}/reviews", 303)


@router.post("/reviews/{document}/check")
def checked(
    request: Request, desk: AtDesk, visitor: Reviewing, document: DocumentPath, untrusted: Said
) -> JSONResponse:
    """The changes so far as they would be released, and what is wrong with them."""
    with tools_of(request, desk) as tools:
        case = case_of(tools, desk, visitor, document)
        try:
            found = check(tools.doors, case, read_answer(json.dumps(untrusted)), desk.settings.limits)
        except ReviewError as error:
            return _refused(error)
    return JSONResponse(
        {
            "values": dict(found.values),
            "notes": dict(found.notes),
            "faults": {path: list(said) for path, said in found.faults.items()},
            "broken": [rule.model_dump() for rule in found.broken],
            "may_go": found.may_go,
        }
    )


@router.post("/reviews/{document}/decide")
def decided(
    request: Request, desk: AtDesk, visitor: Reviewing, document: DocumentPath, untrusted: Said
) -> JSONResponse:
    """Keep the answer, and do what it settles. `look` says which look the visitor believes that this is."""
    look = untrusted.pop("look", 0)
    with tools_of(request, desk) as tools:
        case = case_of(tools, desk, visitor, document)
        try:
            answer: Answer = read_answer(json.dumps(untrusted))
            if look != case.number:
                raise ReviewError("Somebody else has answered meanwhile: load the page again.")
            came = decide_on_record(
                tools.doors,
                tools.acts,
                document_types.load(desk.settings.document_types),
                case,
                answer,
                by=visitor.name,
                now=utc_now(),
                share=desk.settings.second_look,
                limits=desk.settings.limits,
            )
        except ReviewError as error:
            return _refused(error)
    return JSONResponse({"sent": came.sent})


def _refused(error: ReviewError) -> JSONResponse:
    path = error.path if isinstance(error, ValueRefused) else ""
    return JSONResponse({"said": str(error), "path": path}, 422)
