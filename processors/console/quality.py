"""How well documents are read: what people confirmed and changed, whether confidence holds, how much comes out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from processors.console import plots
from processors.console.desk import AtDesk
from processors.console.judged import ADDED, CHANGED, CONFIRMED, Judged, Judging
from processors.console.rendering import page
from processors.console.visitor import Visiting
from processors.document_types import load
from processors.record.browsing import Browsing
from processors.record.quality import Quality, Window

router = APIRouter()
#: Of more results than this the newest count; the page says so.
MOST_JUDGED = 2_000
_judging = Judging()
Text = Annotated[str, Query(max_length=100)]


@dataclass(frozen=True)
class FieldRow:
    """A field of a type, and what people said about it."""

    type: str
    pattern: str
    confirmed: int
    changed: int
    added: int

    @property
    def accuracy(self) -> float | None:
        """Of the values that were read, the share that was right."""
        read = self.confirmed + self.changed
        return self.confirmed / read if read else None


@router.get("/quality")
def quality(
    request: Request,
    desk: AtDesk,
    visitor: Visiting,
    agency: Text = "",
    type: Text = "",
    days: Literal["7", "30", "90"] = "30",
) -> HTMLResponse:
    """Of the last days, of the agencies that the visitor may see."""
    now = datetime.now(UTC)
    first = now.date() - timedelta(days=int(days) - 1)
    window = Window(datetime.combine(first, time(), UTC), agency, type)
    figures = Quality(desk.ledger.engine)
    counts = figures.days(visitor.reach, window)
    decided = figures.decided(visitor.reach, window, MOST_JUDGED)
    judged = _judging.judged(desk, decided)
    every = plots.every_day(first, now.date())
    return page(
        request,
        "quality.html",
        agency=agency,
        type=type,
        days=days,
        agencies=Browsing(desk.ledger.engine).agencies(visitor.reach),
        types=(*sorted(load(desk.settings.document_types)), "unknown"),
        counts=counts,
        shown=[day for day in reversed(every) if any((day, state) in counts for state in plots.STACK)],
        stack=plots.STACK,
        sums={state: sum(many for (_, one), many in counts.items() if one is state) for state in plots.STACK},
        bars=plots.bars(every, counts),
        readers=figures.readers(visitor.reach, window),
        judged=judged,
        rows=_rows(judged),
        dots=plots.dots(judged),
        error=plots.error_of(judged),
        capped=len(decided) == MOST_JUDGED,
        most=MOST_JUDGED,
        width=plots.WIDTH,
        height=plots.HEIGHT,
        side=plots.SIDE,
    )


def _rows(judged: Judged) -> list[FieldRow]:
    """The fields that are most often wrong first."""
    rows = [
        FieldRow(kind, pattern, said[CONFIRMED], said[CHANGED], said[ADDED])
        for (kind, pattern), said in judged.fields.items()
    ]
    return sorted(rows, key=lambda row: (row.accuracy if row.accuracy is not None else 1.0, row.type, row.pattern))
