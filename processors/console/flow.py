"""Where the documents are now: at which stage how many, how old the oldest is, what waits for a person, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from processors.console.desk import AtDesk, Desk
from processors.console.meanings import meaning
from processors.console.rendering import page
from processors.console.visitor import Visiting, Visitor
from processors.pipeline import STAGES
from processors.record.entry import Count, Entry
from processors.record.gathering import WAITING, Gathering
from processors.record.states import State

router = APIRouter()
#: Without news for so long a document stands still; a long one is read in parts, each of which is news.
QUIET = timedelta(minutes=10)
_MOST_STILL = 25


@dataclass(frozen=True)
class Station:
    """A stage, with what it holds."""

    name: str
    does: str
    documents: int
    #: since when the oldest is there; None where it holds nothing
    oldest: datetime | None
    #: an agency, how many of its documents, since when the oldest
    agencies: tuple[tuple[str, int, datetime], ...]

    def late(self, now: datetime) -> bool:
        """Whether the oldest is there for long."""
        return self.oldest is not None and now - self.oldest > QUIET


def stations(counts: Iterable[Count]) -> tuple[Station, ...]:
    """Every stage of the table, in its order."""
    by_stage: dict[str, dict[str, list[Count]]] = {row.name: {} for row in STAGES}
    for count in counts:
        by_stage.setdefault(count.stage, {}).setdefault(count.agency, []).append(count)
    does = {str(row.name): row.does for row in STAGES}
    return tuple(_station(name, does.get(name, ""), held) for name, held in by_stage.items())


def _station(name: str, does: str, held: dict[str, list[Count]]) -> Station:
    agencies = tuple(
        (agency, sum(one.documents for one in ones), min(one.oldest for one in ones))
        for agency, ones in sorted(held.items())
    )
    oldest = min((one[2] for one in agencies), default=None)
    return Station(name, does, sum(one[1] for one in agencies), oldest, agencies)


@router.get("/flow")
def flow(request: Request, desk: AtDesk, visitor: Visiting) -> HTMLResponse:
    """The page; it asks for its board again every few seconds."""
    return page(request, "flow.html", **_board(desk, visitor))


@router.get("/flow/board")
def board(request: Request, desk: AtDesk, visitor: Visiting) -> HTMLResponse:
    """The part of the page that changes."""
    return page(request, "flow_board.html", **_board(desk, visitor))


def _board(desk: Desk, visitor: Visitor) -> dict[str, Any]:
    gathering, now = Gathering(desk.ledger.engine), datetime.now(UTC)
    still: tuple[Entry, ...] = gathering.still(visitor.reach, now - QUIET, _MOST_STILL)
    whys = gathering.waiting(visitor.reach)
    return {
        "now": now,
        "stations": stations(gathering.moving(visitor.reach)),
        "waiting": whys,
        "sums": {state: sum(why.documents for why in whys if why.state is state) for state in WAITING},
        "still": still,
        "more_still": len(still) == _MOST_STILL,
        "quiet_minutes": int(QUIET.total_seconds() // 60),
        "hour": gathering.ended_since(visitor.reach, now - timedelta(hours=1)),
        "day": gathering.ended_since(visitor.reach, now - timedelta(days=1)),
        "unreadable": gathering.unreadable(visitor.reach),
        "meaning": meaning,
        "State": State,
    }
