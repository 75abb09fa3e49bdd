"""Reprocessings: which there are, and what a second person reads before they decide about one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse

from processors.console.desk import AtDesk, Desk
from processors.console.rendering import page
from processors.console.reprocessing_reports import KINDS, Reprocessing, all_of, figures, one_of
from processors.console.visitor import Visiting, Visitor
from processors.names import AGENCY, REPROCESSING
from processors.record.browsing import Browsing

router = APIRouter()
_NONE = "There is no such reprocessing or report, or it is not yours to see."


@dataclass(frozen=True)
class Group:
    """The fields of one type of one agency, those that differ most first."""

    agency: str
    type: str
    rows: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Reader:
    """What worked at a stage, or which version of a type was used, in the old runs and in the new ones."""

    agency: str
    #: a stage or a type
    what: str
    before: tuple[str, ...]
    now: tuple[str, ...]

    @property
    def another(self) -> bool:
        """Whether it is not the same as before."""
        return self.before != self.now


@router.get("/reprocessings")
def reprocessings(request: Request, desk: AtDesk, visitor: Visiting) -> HTMLResponse:
    """The list."""
    return page(request, "reprocessings.html", found=all_of(desk, visitor, _agencies(desk, visitor)))


@router.get("/reprocessings/{name}")
def whole(request: Request, desk: AtDesk, visitor: Visiting, name: str) -> HTMLResponse:
    """The report of the whole, for who sees every agency; for others a choice of what is theirs."""
    one = _one(desk, visitor, name)
    return _shown(request, one, figures(desk, one) if one.whole else None)


@router.get("/reprocessings/{name}/agencies/{agency}")
def of_agency(request: Request, desk: AtDesk, visitor: Visiting, name: str, agency: str) -> HTMLResponse:
    """The report of an agency, with values of its documents."""
    one, found = _of_agency(desk, visitor, name, agency)
    return _shown(request, one, found, agency)


def _one(desk: Desk, visitor: Visitor, name: str) -> Reprocessing:
    found = None
    if REPROCESSING.fullmatch(name):
        found = one_of(desk, visitor, name, _agencies(desk, visitor))
    if found is None:
        raise HTTPException(404, _NONE)
    return found


def _of_agency(
    desk: Desk, visitor: Visitor, name: str, agency: str
) -> tuple[Reprocessing, Mapping[str, Any] | None]:
    if not AGENCY.fullmatch(agency) or not visitor.may_see(agency):
        raise HTTPException(404, _NONE)
    one = _one(desk, visitor, name)
    found = figures(desk, one, agency) if agency in one.agencies else None
    if found is None:
        raise HTTPException(404, _NONE)
    return one, found


def _agencies(desk: Desk, visitor: Visitor) -> list[str]:
    """Whose reports can be there."""
    return list(Browsing(desk.ledger.engine).agencies(visitor.reach))


def _shown(request: Request, one: Reprocessing, found: Mapping[str, Any] | None, agency: str = "") -> HTMLResponse:
    fields = sorted(found["fields"], key=_order) if found else []
    groups = [Group(*key, tuple(rows)) for key, rows in groupby(fields, lambda row: (row["agency"], row["type"]))]
    sums = {kind: sum(row[kind] for row in fields) for kind in KINDS}
    return page(
        request,
        "reprocessing.html",
        one=one,
        agency=agency,
        figures=found,
        groups=groups,
        sums=sums,
        kinds=KINDS,
        readers=_readers(found) if found else (),
    )


def _readers(found: Mapping[str, Any]) -> list[Reader]:
    """Those that are others now first."""
    told: dict[tuple[str, str], dict[str, list[str]]] = {}
    for rows, what, said in ((found["engines"], "stage", "engine"), (found["type_versions"], "type", "version")):
        for row in rows:
            sides = told.setdefault((row["agency"], row[what]), {"before": [], "now": []})
            sides[row["when"]].append(row[said])
    readers = [Reader(*key, tuple(sides["before"]), tuple(sides["now"])) for key, sides in told.items()]
    return sorted(readers, key=lambda one: not one.another)


def _order(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["agency"], row["type"], -sum(row[kind] for kind in KINDS[1:]), row["field"]
