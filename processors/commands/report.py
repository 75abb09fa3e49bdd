"""`chancery report`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any

import typer
from rich.table import Table

from processors.batch.daily.page import lasted, percent
from processors.batch.daily.reporting import report
from processors.commands import batch_doors, surroundings
from processors.commands.exits import CommandError, Exit
from processors.commands.screen import cell, line, out
from processors.record.facts import utc_now


def run(
    day: Annotated[str, typer.Option(help="Which day (UTC), such as 2026-11-24; else yesterday.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """See `processors.cli.COMMANDS`."""
    now = utc_now()
    try:
        wanted = date.fromisoformat(day) if day else now.date() - timedelta(days=1)
    except ValueError:
        raise CommandError(Exit.USAGE, f"{day!r} is no day; write 2026-11-24.") from None
    if wanted > now.date():
        raise CommandError(Exit.USAGE, f"{wanted} has not come yet.")
    with surroundings.around() as at:
        reported = report(batch_doors.batch_doors(at), wanted, now)
    if as_json:
        line({**reported.figures, "pages": dict(reported.pages)})
        return
    out().print(_table(reported.figures))
    for agency, place in reported.pages.items():
        out().print(cell(f"{agency or 'all agencies'}: {place}"), soft_wrap=True)


def _table(figures: Mapping[str, Any]) -> Table:
    table = Table(box=None, pad_edge=False)
    titles = ("agency", "arrived", "ended", "p50", "p95", "review rate", "decided", "corrected")
    for title in titles:
        table.add_column(title, justify="left" if title == "agency" else "right")
    for one in figures["by_agency"]:
        latency = one["latency"]
        counts = (f"{one['arrived']:,}", f"{one['ended']:,}", lasted(latency["p50"]), lasted(latency["p95"]))
        reviews = (percent(one["review_rate"]), f"{one['decided']:,}", f"{one['corrected']:,}")
        table.add_row(*map(cell, (one["agency"], *counts, *reviews)))
    return table
