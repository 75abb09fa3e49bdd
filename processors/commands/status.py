"""`chancery status`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.table import Table

from processors import config
from processors.commands import airflow_told, surroundings
from processors.commands.describing import (
    document_prefix,
    enclosed_table,
    entry_json,
    found,
    head,
    path_table,
    step_json,
)
from processors.commands.screen import age, cell, counted, err, line, out, safe
from processors.local import stack
from processors.local.waiting import ailing
from processors.record.entry import Count
from processors.record.facts import utc_now
from processors.record.ledger import Ledger


def run(
    document: Annotated[
        str | None, typer.Argument(help="A document's id, or its beginning.", metavar="[ID]")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """See `processors.cli.COMMANDS`."""
    if document is not None:
        document_prefix(document)
    # First: a ledger that cannot be reached is what a worker died of as well.
    running = stack.running(config.load().home)
    _warn(running)
    with surroundings.around() as at:
        if document is not None:
            _one(at.ledger, document, as_json=as_json)
        else:
            _all(at.ledger, utc_now(), airflow_told.facts(running) if running else {}, as_json=as_json)


def _warn(running: stack.Stack | None) -> None:
    """Tell on standard error which workers of the local stack are down or were."""
    for complaint in ailing(running, utc_now()) if running is not None else ():
        err().print(safe(complaint), style="yellow", markup=False, soft_wrap=True)


def _one(ledger: Ledger, prefix: str, *, as_json: bool) -> None:
    entry = found(ledger, prefix)
    steps, inside = ledger.path(entry.id, entry.run_id), ledger.enclosed(entry.id)
    if as_json:
        path = [step_json(step) for step in steps]
        line({"document": entry_json(entry), "path": path, "encloses": [one.id for one in inside]})
        return
    console = out()
    console.print(head(entry))
    console.print()
    console.print(path_table(steps, console.width))
    if inside:
        console.print()
        console.print(enclosed_table(inside))


def _all(ledger: Ledger, now: datetime, pages: Mapping[str, Any], *, as_json: bool) -> None:
    counts, unreadable = ledger.counts(), ledger.unreadable()
    if as_json:
        rows = [asdict(c) | {"age_seconds": round((now - c.oldest).total_seconds(), 3)} for c in counts]
        line({"counts": rows, "unreadable": unreadable} | ({"airflow": pages} if pages else {}))
        return
    console = out()
    if not counts:
        console.print("No documents yet. Send one with `chancery submit FILE --agency NAME`.", markup=False)
    else:
        console.print(_table(counts, now))
    if unreadable:
        told = counted(unreadable, "record")
        console.print(f"{told} could not be read at all: see the topic of dead letters.")
    if pages:
        console.print(airflow_told.sentence(pages), markup=False)


def _table(counts: Sequence[Count], now: datetime) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in ("agency", "state", "stage"):
        table.add_column(title)
    table.add_column("documents", justify="right")
    table.add_column("oldest", justify="right")
    for count in counts:
        oldest = "" if count.state.is_end else age(count.oldest, now)
        table.add_row(*map(cell, (count.agency, count.state.value, count.stage, f"{count.documents:,}", oldest)))
    ended = sum(count.documents for count in counts if count.state.is_end)
    total = sum(count.documents for count in counts)
    table.caption, table.caption_justify = f"{counted(total, 'document')}, {total - ended:,} on their way", "left"
    return table
