"""`chancery submit`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.live import Live
from rich.table import Table

from processors.adapters import provision
from processors.commands import surroundings
from processors.commands.exits import CommandError, Exit
from processors.commands.names import agency_names
from processors.commands.screen import cell, err, line, out, safe
from processors.commands.sending import Sent, send
from processors.commands.surroundings import Surroundings
from processors.commands.waiting import snapshots
from processors.record.ends import read_end
from processors.record.entry import Entry
from processors.record.states import State
from processors.runtime.buckets import Buckets


def run(
    files: Annotated[list[Path], typer.Argument(help="Files of any name.", metavar="FILE…")],
    agency: Annotated[str, typer.Option(help="Whose inbox; it is made if the local stack has none of that name.")],
    name: Annotated[str, typer.Option(help="The object's name in the inbox, for a single file.")] = "",
    wait: Annotated[bool, typer.Option(help="Wait until each document has an end.")] = False,
    timeout: Annotated[float, typer.Option(min=0, help="Seconds to wait.")] = 600.0,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON a file, in the order given.")] = False,
) -> None:
    """See `processors.cli.COMMANDS`."""
    agency_names((agency,))
    if name and len(files) > 1:
        raise CommandError(Exit.USAGE, "--name names one object: give one file with it.")
    with surroundings.around() as at:
        if at.local:
            provision.add_agency(at.settings, agency)
        buckets = Buckets(at.settings.prefix)
        sent = [send(at.objects, buckets, agency, file, name) for file in files]
        known = _waited(at, sent, timeout) if wait else {}
        # Read while the doors are open; every file gets its line, whatever became of the others.
        lines = [_line(at, one, known.get(one.document_id), waited=wait) for one in sent]
    if as_json:
        for each in lines:
            line(each)
    else:
        _tell(sent, known, waited=wait)
    if any(one.problem for one in sent) or any(each.get("state") == "error" for each in lines):
        raise typer.Exit(int(Exit.FAILED))
    if any(each.get("state") == "waiting" for each in lines):
        err().print(f"Not all documents have an end after {timeout:g} s. See `chancery status`.", markup=False)
        raise typer.Exit(int(Exit.TIMED_OUT))


def _waited(at: Surroundings, sent: Sequence[Sent], seconds: float) -> Mapping[str, Entry]:
    ids = [one.document_id for one in sent if one.document_id]
    console = err()
    known: Mapping[str, Entry] = {}
    with (
        Live(console=console, refresh_per_second=4, transient=True)
        if console.is_terminal
        else nullcontext() as live
    ):
        for known in snapshots(at.ledger, ids, seconds):
            if live is not None:
                live.update(_table(sent, known))
    return known


def _table(sent: Sequence[Sent], known: Mapping[str, Entry]) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in ("file", "document", "state", "stage", "type", "reason"):
        table.add_column(title, no_wrap=title != "reason")
    for one in sent:
        entry = known.get(one.document_id)
        state, stage = (entry.state.value, entry.stage) if entry else ("sent" if one.document_id else "error", "")
        reason = entry.reason if entry else one.problem
        row = (one.document_id[:12], state, stage, entry.type if entry else "", reason)
        table.add_row(cell(Path(one.file).name, 48), *map(cell, row))
    return table


def _line(at: Surroundings, one: Sent, entry: Entry | None, *, waited: bool) -> dict[str, Any]:
    if one.problem:
        return {"state": "error", "reason": one.problem, "document_id": "", "file": _text(one.file)}
    named = {"document_id": one.document_id, "file": _text(one.file)}
    if not waited:
        return {"state": "sent", **named, "key": one.key, "version_id": one.version_id}
    if entry is None or not entry.state.is_end:
        return {"state": "waiting", "reason": entry.state.value if entry else "", **named}
    if entry.state != State.RESULT:
        return {"state": entry.state.value, "reason": entry.reason, **named}
    event = read_end(at.objects, at.settings, entry)
    if event is None:
        return {"state": "error", "reason": "artefact_missing", **named}
    read: dict[str, Any] = json.loads(event)
    return read


def _text(untrusted_name: str) -> str:
    """A local name in JSON: bytes that are no UTF-8 are written as escapes."""
    return untrusted_name.encode("utf-8", "backslashreplace").decode("utf-8")


def _tell(sent: Sequence[Sent], known: Mapping[str, Entry], *, waited: bool) -> None:
    if waited:
        out().print(_table(sent, known))
        return
    for one in sent:
        if one.document_id:
            typer.echo(f"{one.document_id}  {safe(one.file)}")
        else:
            typer.echo(f"chancery: {safe(one.file)}: {one.problem}.", err=True)
