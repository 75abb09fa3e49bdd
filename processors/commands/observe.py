"""`chancery observe`."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.table import Table

from processors import config
from processors.commands.exits import CommandError, Exit
from processors.commands.screen import cell, counted, line, out
from processors.commands.surroundings import reached
from processors.config import Settings
from processors.runtime import main, observing
from processors.runtime.observing import Seen


def run(
    once: Annotated[bool, typer.Option("--once", help="Look once, print what is seen, and end.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="With --once: print one JSON object.")] = False,
) -> None:
    """See `processors.cli.COMMANDS`."""
    if not once:
        if as_json:
            raise CommandError(Exit.USAGE, "--json goes with --once: what goes on is told at CHANCERY_METRICS.")
        raise typer.Exit(main.run("observe", 0, config.load()))
    settings, _ = reached()
    with closing(observing.observer(settings)) as looking:
        seen = looking.look()
    if as_json:
        line(_json(seen, settings))
    else:
        _print(seen)
    if seen.away:
        why = "; ".join(f"{server}: {error.detail}" for server, error in seen.away.items())
        raise CommandError(Exit.UNAVAILABLE, f"Not all answered ({why}).")


def _json(seen: Seen, settings: Settings) -> dict[str, Any]:
    """The numbers that the metrics tell; null for what is not known."""
    return {
        "at": datetime.fromtimestamp(seen.at, UTC).isoformat(timespec="milliseconds"),
        "lines": None if seen.lines is None else [asdict(one) for one in seen.lines],
        "documents_open": None if seen.documents is None else dict(seen.documents.documents),
        "oldest_open_seconds": None if seen.documents is None else seen.documents.oldest_seconds,
        "price_core_hour": settings.telemetry.price_core_hour or None,
        "price_gpu_hour": settings.telemetry.price_gpu_hour or None,
    }


def _print(seen: Seen) -> None:
    console = out()
    if seen.lines is not None:
        table = Table(box=None, pad_edge=False)
        for title in ("stage", "topic"):
            table.add_column(title)
        for title in ("waiting", "oldest"):
            table.add_column(title, justify="right")
        for one in seen.lines:
            oldest = f"{one.seconds:,.0f} s" if one.records else ""
            table.add_row(*map(cell, (one.stage, one.topic, f"{one.records:,}", oldest)))
        console.print(table)
    if seen.documents is not None:
        for state, many in seen.documents.documents.items():
            if many:
                console.print(f"{state}: {counted(many, 'document')}", markup=False)
        console.print(f"the oldest on its way: {seen.documents.oldest_seconds:,.0f} s", markup=False)
