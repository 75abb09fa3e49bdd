"""The audit records about one document."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import HTMLResponse

from processors.console.audit_trail import MOST, trail
from processors.console.desk import AtDesk
from processors.console.finding import TheCase
from processors.console.rendering import page

router = APIRouter()
_PLACE = re.compile(r"[A-Za-z0-9_-]{1,32}:\d{1,16}")


@router.get("/documents/{document}/audit")
def audit(
    request: Request, desk: AtDesk, case: TheCase, onward: Annotated[str, Query(max_length=400)] = ""
) -> HTMLResponse:
    """From the document's first event on, or from where the look before this one ended."""
    found = trail(desk.shelf, case.entry, min(run.first_seen for run in case.runs), _places(onward))
    rest = ",".join(f"{chain}:{number}" for chain, number in sorted(found.rest.items()))
    return page(request, "audit.html", entry=case.entry, found=found, rest=rest, onward=onward, most=MOST)


def _places(text: str) -> dict[str, int]:
    """Chain -> record.

    Raises:
        HTTPException: the address is not one of ours.
    """
    parts = text.split(",") if text else []
    if not all(_PLACE.fullmatch(part) for part in parts):
        raise HTTPException(400, "This place in the audit chain is none. Begin again at the document.")
    return {chain: int(number) for chain, _, number in (part.partition(":") for part in parts)}
