"""The list of documents: search, filters, how many are in each state."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from processors.console.asked import Asked, asked, key_of, key_text
from processors.console.desk import AtDesk
from processors.console.meanings import REASONS, meaning
from processors.console.rendering import page
from processors.console.visitor import Visiting
from processors.document_types import load
from processors.pipeline import STAGES
from processors.record.aging import Aging
from processors.record.browsing import Browsing, Key
from processors.record.gathering import Gathering
from processors.record.states import State

router = APIRouter()
_ROWS = 50


@router.get("/")
def documents(
    request: Request,
    desk: AtDesk,
    visitor: Visiting,
    wish: Annotated[Asked, Depends(asked)],
    older: Annotated[str, Query(max_length=400)] = "",
    newer: Annotated[str, Query(max_length=400)] = "",
) -> HTMLResponse:
    """Newest first; `older` and `newer` are places between two rows."""
    browsing = Browsing(desk.ledger.engine)
    wanted = wish.wanted
    found = browsing.page(visitor.reach, wanted, _ROWS, behind=key_of(older), before=key_of(newer))
    rows = found.entries
    return page(
        request,
        "documents.html",
        wish=wish,
        rows=rows,
        newer=wish.query(newer=key_text(Key.of(rows[0]))) if rows and found.newer else "",
        older=wish.query(older=key_text(Key.of(rows[-1]))) if rows and found.older else "",
        counts=Gathering(desk.ledger.engine).states(visitor.reach, wanted),
        states=tuple(State),
        stages=tuple(row.name for row in STAGES),
        agencies=browsing.agencies(visitor.reach),
        types=(*sorted(load(desk.settings.document_types)), "unknown"),
        reasons=REASONS,
        disposed=Aging(desk.ledger.engine).disposed({row.id for row in rows}),
        meaning=meaning,
    )
