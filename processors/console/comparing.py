"""Two runs of one document side by side: what a reprocessing or a review changed, value by value."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from processors.batch.reprocess.differences import Difference, differences
from processors.console.desk import AtDesk
from processors.console.ends import read_if_kept
from processors.console.finding import Case, TheKeptCase
from processors.console.meanings import meaning
from processors.console.rendering import page
from processors.record.entry import Entry

router = APIRouter()
#: In this order rows stand.
_KINDS = ("changed", "appeared", "vanished", "same")
Name = Annotated[str, Query(max_length=128)]


@router.get("/documents/{document}/compare")
def compare(request: Request, desk: AtDesk, case: TheKeptCase, old: Name = "", new: Name = "") -> HTMLResponse:
    """Without names: the run that stands and the one beside it."""
    usual = _usual(case)
    was = case.run(old) if old else usual[0]
    now = case.run(new) if new else usual[1]
    before, after = read_if_kept(desk, was), read_if_kept(desk, now)
    rows = sorted(differences(before.side, after.side), key=_rank)
    return page(
        request,
        "compare.html",
        case=case,
        entry=case.entry,
        sides=((was, before), (now, after)),
        rows=rows,
        counts={kind: sum(row.kind == kind for row in rows) for kind in _KINDS},
        proofs=(before.side.evidence, after.side.evidence),
        meaning=meaning,
    )


def _usual(case: Case) -> tuple[Entry, Entry]:
    """Old and new as people mostly want them: what stands against a later run, or against what it replaced."""
    place = case.runs.index(case.standing)
    if place + 1 < len(case.runs):
        return case.standing, case.runs[-1]
    return case.runs[max(place - 1, 0)], case.standing


def _rank(row: Difference) -> tuple[int, str]:
    return _KINDS.index(row.kind), row.path
