"""`chancery submit`."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.live import Live

from processors.adapters import provision
from processors.commands import surroundings
from processors.commands.exits import CommandError, Exit
from processors.commands.inboxes import has_inbox
from processors.commands.names import agency_names
from processors.commands.patience import PATIENCE, patiently
from processors.commands.screen import err, line, out, safe
from processors.commands.sending import Sent, send_patiently
from processors.commands.submit_table import submit_table
from processors.commands.surroundings import Surroundings
from processors.commands.waiting import snapshots
from processors.errors import DependencyUnavailable, PipelineError
from processors.places import Buckets
from processors.record.ends import read_end
from processors.record.entry import Entry
from processors.record.states import State

_AWAY = DependencyUnavailable.code


def run(
    files: Annotated[list[Path], typer.Argument(help="Files of any name.", metavar="FILE…")],
    agency: Annotated[str, typer.Option(help="Whose inbox; it is made if the local stack has none of that name.")],
    name: Annotated[str | None, typer.Option(help="The object's name in the inbox, for a single file.")] = None,
    wait: Annotated[bool, typer.Option(help="Wait until each document has an end.")] = False,
    timeout: Annotated[float, typer.Option(min=0, help="Seconds to wait.")] = 600.0,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON a file, in the order given.")] = False,
) -> None:
    """See `processors.cli.COMMANDS`."""
    agency_names((agency,))
    if name is not None and len(files) > 1:
        raise CommandError(Exit.USAGE, "--name names one object: give one file with it.")
    if name == "":
        raise CommandError(Exit.USAGE, "--name is empty: leave it out, and the object is named like the file.")
    with surroundings.around() as at:
        sent: list[Sent] = []
        seconds = PATIENCE if _inbox(at, agency) else 0.0
        try:
            for file in files:
                sent.append(
                    send_patiently(at.objects, Buckets(at.settings.prefix), agency, file, name or "", seconds)
                )
                if not wait:  # at once: whatever happens next, this document is on its way
                    _tell(sent[-1], as_json=as_json)
        except KeyboardInterrupt:
            for one in sent if wait else ():
                _tell(one, as_json=as_json)
            raise
        lines = _waited(at, sent, timeout, as_json=as_json) if wait else [_line(one) for one in sent]
    _end(lines)


def _inbox(at: Surroundings, agency: str) -> bool:
    """See to the agency's inbox, where that is ours to do. False if a server stayed away."""
    if not at.local:
        return True

    def see() -> bool:
        there = has_inbox(at, agency)
        provision.add_agency(at.settings, agency)
        return there

    try:
        if not patiently(see, PATIENCE):
            typer.echo(f"chancery: new inbox {Buckets(at.settings.prefix).inbox(agency)}", err=True)
    except DependencyUnavailable:
        return False
    return True


def _tell(one: Sent, *, as_json: bool) -> None:
    if as_json:
        line(_line(one))
    elif one.document_id:
        typer.echo(f"{one.document_id}  {safe(one.file)}")
    else:
        problem = "a server does not answer; send it again" if one.away else one.problem
        typer.echo(f"chancery: {safe(one.file)}: {problem}.", err=True)


def _waited(at: Surroundings, sent: Sequence[Sent], seconds: float, *, as_json: bool) -> list[dict[str, Any]]:
    """Wait for the ends, and tell them: every file gets its line, whatever became of the others, or of the wait."""
    deadline = time.monotonic() + seconds
    known: Mapping[str, Entry] = {}
    ids = [one.document_id for one in sent if one.document_id]
    console = err()
    live = Live(console=console, refresh_per_second=4, transient=True) if console.is_terminal else None
    try:
        with live or nullcontext():
            for known in snapshots(at.ledger, ids, seconds):
                if live is not None:
                    live.update(submit_table(sent, known, console.width))
    except KeyboardInterrupt:
        deadline = 0.0
    lines = [_end_line(at, one, known.get(one.document_id), deadline) for one in sent]
    if as_json:
        for each in lines:
            line(each)
    else:
        screen = out()
        screen.print(submit_table(sent, known, screen.width))
    return lines


def _end(lines: Sequence[dict[str, Any]]) -> None:
    """Leave with the code that the lines call for."""
    errors = [each["reason"] for each in lines if each.get("state") == "error"]
    if away := errors.count(_AWAY):
        raise CommandError(
            Exit.UNAVAILABLE, f"A server did not answer for {away} of {len(lines)} files. See `chancery status`."
        )
    if errors:
        raise typer.Exit(int(Exit.FAILED))
    if any(each.get("state") == "waiting" for each in lines):
        err().print("Not all documents have an end yet. See `chancery status`.", markup=False)
        raise typer.Exit(int(Exit.TIMED_OUT))


def _line(one: Sent) -> dict[str, Any]:
    """What is known once a file was sent, or was not."""
    if one.problem:
        return _named("error", one) | {"reason": one.problem}
    return _named("sent", one) | {"key": one.key}


def _end_line(at: Surroundings, one: Sent, entry: Entry | None, deadline: float) -> dict[str, Any]:
    """What is known after the wait: of a result the whole event."""
    if one.problem:
        return _line(one)
    if entry is None or not entry.state.is_end:
        return _named("waiting", one) | {"reason": entry.state.value if entry else ""}
    if entry.state != State.RESULT:
        return _named(entry.state.value, one) | {"reason": entry.reason}
    try:
        event = patiently(lambda: read_end(at.objects, at.settings, entry), deadline - time.monotonic())
    except PipelineError as error:
        return _named("error", one) | {"reason": error.code}
    if event is None:
        return _named("error", one) | {"reason": "artefact_missing"}
    read: dict[str, Any] = json.loads(event)
    return read


def _named(state: str, one: Sent) -> dict[str, Any]:
    return {
        "state": state,
        "document_id": one.document_id,
        "version_id": one.version_id,
        # Bytes of a local name that are no UTF-8 are written as escapes.
        "file": one.file.encode("utf-8", "backslashreplace").decode("utf-8"),
    }
