"""`chancery results`."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from processors.commands import surroundings
from processors.commands.fields_table import leaves
from processors.commands.names import agency_names
from processors.commands.screen import line, safe
from processors.commands.surroundings import Surroundings
from processors.record.ends import read_end
from processors.record.entry import Entry
from processors.record.facts import utc_now
from processors.record.states import State

_PERIOD = 1.0
#: Another process's transaction may show later than its time says; what is known already is told by its event.
_OVERLAP = timedelta(minutes=1)
_EVER = datetime(1970, 1, 2, tzinfo=UTC)


def run(
    agency: Annotated[str, typer.Option(help="Whose results.")],
    of_type: Annotated[str, typer.Option("--type", help="Only results of this document type.")] = "",
    follow: Annotated[bool, typer.Option(help="Go on with new results as they come, until Ctrl-C.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One result event a line.")] = False,
) -> None:
    """See `processors.cli.COMMANDS`."""
    agency_names((agency,))
    with surroundings.around() as at:
        entries: Iterable[Entry] = (
            _follow(at, agency) if follow else at.ledger.updated_since(_EVER, State.RESULT, agency)
        )
        try:
            for entry in entries:
                if of_type in ("", entry.type):
                    _print(at, entry, as_json=as_json)
        except KeyboardInterrupt:
            return


def _follow(at: Surroundings, agency: str) -> Iterator[Entry]:
    since, known = _EVER, set[str]()
    while True:
        asked = utc_now()
        for entry in at.ledger.updated_since(since, State.RESULT, agency):
            if entry.end_event not in known:
                known.add(entry.end_event)
                yield entry
        since = asked - _OVERLAP
        time.sleep(_PERIOD)


def _print(at: Surroundings, entry: Entry, *, as_json: bool) -> None:
    stored = read_end(at.objects, at.settings, entry)
    if stored is None:
        # Never skipped in silence: the ledger says there is one.
        typer.echo(f"chancery: {entry.id}: its result is not in the object store.", err=True)
        return
    event: dict[str, Any] = json.loads(stored)
    if as_json:
        line(event)
        return
    told = ", ".join(
        f"{path}={value}" for path, value in leaves(event["data"]["fields"]) if value not in (None, [])
    )
    typer.echo(f"{entry.id[:12]}  {entry.type}  {safe(entry.original.key, 40)}  {safe(told, 160)}")
