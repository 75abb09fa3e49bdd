"""What the pages of reviews work with beside the desk: the doors of `batch`, and where people's acts are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace

from fastapi import HTTPException, Request

from processors import document_types
from processors.adapters.kafka_writer import KafkaWriter
from processors.batch.doors import Doors
from processors.batch.reviews.cases import Case, open_case
from processors.batch.reviews.errors import ReviewError
from processors.batch.reviews.sending import send
from processors.console.desk import Desk
from processors.console.visitor import Visitor
from processors.orchestration.doors import doors_of
from processors.record.standing import Standing
from processors.runtime.acting import Acts

_DECIDED = "This document waits for no review: somebody has decided it."


@dataclass(frozen=True)
class Tools:
    """Open for one request."""

    doors: Doors
    acts: Acts


Opening = Callable[[Desk], AbstractContextManager[Tools]]


@contextmanager
def opened(desk: Desk) -> Iterator[Tools]:
    """The tools of an installation. Nothing is connected before it is used."""
    settings = desk.settings
    with KafkaWriter(settings.kafka, settings.prefix, settings.kafka_security) as acts:
        yield Tools(replace(doors_of(settings, desk.ledger), objects=desk.objects), acts)


def tools_of(request: Request, desk: Desk) -> AbstractContextManager[Tools]:
    """The tools of this request; hosts and tests may put others in `app.state.review_tools`."""
    opening: Opening = getattr(request.app.state, "review_tools", opened)
    return opening(desk)


def case_of(tools: Tools, desk: Desk, visitor: Visitor, document: str) -> Case:
    """The review of a document that this visitor may see.

    Raises:
        HTTPException: 404 where there is no such document for them, 409 where it waits for no review.
    """
    end = Standing(desk.ledger.engine).of([document]).get(document)
    if end is None or not visitor.may_see(end.agency):
        raise HTTPException(404, "There is no such review, or it is not yours to see.")
    try:
        case = open_case(tools.doors, document_types.load(desk.settings.document_types), document)
    except ReviewError as error:
        # It names the document and where it stands, nothing that the document says.
        raise HTTPException(409, str(error)) from error
    if case.settled is not None:
        # Perhaps whoever decided it was cut off before it was sent.
        send(tools.doors, case.event, case.looks)
        raise HTTPException(409, _DECIDED)
    return case
