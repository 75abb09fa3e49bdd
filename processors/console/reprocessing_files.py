"""The reports of a reprocessing as they lie in the store, handed out as files; the pages are `reprocessings.py`."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from processors.console.desk import AtDesk, Desk
from processors.console.visitor import Visiting
from processors.names import AGENCY, REPROCESSING, reprocessing_run
from processors.places import reprocessing_key, reprocessing_report_key

router = APIRouter()
Ending = Literal["html", "json"]


@router.get("/reprocessings/{name}/report.{ending}")
def whole(desk: AtDesk, visitor: Visiting, name: str, ending: Ending) -> Response:
    """Counts of all agencies, so for those who may see all."""
    if not visitor.every_agency or not REPROCESSING.fullmatch(name):
        raise _absent()
    key = reprocessing_key(reprocessing_run(name), f"report.{ending}")
    return _report(desk, desk.buckets.work, key, f"{name}.{ending}")


@router.get("/reprocessings/{name}/agencies/{agency}/report.{ending}")
def of_agency(desk: AtDesk, visitor: Visiting, name: str, agency: str, ending: Ending) -> Response:
    """Counts and examples of one agency: text of its documents."""
    if not visitor.may_see(agency) or not REPROCESSING.fullmatch(name) or not AGENCY.fullmatch(agency):
        raise _absent()
    key = reprocessing_report_key(agency, reprocessing_run(name), f"report.{ending}")
    return _report(desk, desk.buckets.documents, key, f"{name}-{agency}.{ending}")


def _report(desk: Desk, bucket: str, key: str, file: str) -> Response:
    there = desk.objects.info(bucket, key)
    if there is None:
        raise _absent()
    # Not shown as a page of ours: its styles are inline, which our policy forbids, and it quotes documents.
    headers = {"content-disposition": f'attachment; filename="reprocessing-{file}"'}
    return Response(desk.objects.read(there.ref), headers=headers, media_type="application/octet-stream")


def _absent() -> HTTPException:
    return HTTPException(404, "There is no such report: see `chancery reprocess list`, and compare first.")
