"""What `chancery quarantine` and `chancery dead-letters` have in common: listing ends, and looking at one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.table import Table

from processors.batch import resubmission
from processors.batch.doors import Doors
from processors.batch.resubmission import Asked, NotForPeopleError
from processors.commands.describing import entry_json, found, head, path_table, step_json
from processors.commands.exits import CommandError, Exit
from processors.commands.names import agency_names
from processors.commands.screen import cell, counted, line, out
from processors.events import DeadLettered, Event
from processors.record.entry import Entry
from processors.record.states import State
from processors.runtime.codec import decode

Id = Annotated[str, typer.Argument(help="A document's id, or its beginning.", metavar="ID")]
By = Annotated[str, typer.Option(help="Who decides this; kept for ever.")]
Agency = Annotated[str, typer.Option(help="Only this agency's.")]
Since = Annotated[str, typer.Option(help="Only those since a date or time (UTC).")]
Limit = Annotated[int, typer.Option(help="At most so many.", min=1)]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

#: A name goes into events that are kept for ever.
_MOST_NAME = 100


def group(title: str) -> typer.Typer:
    """A group of commands about ends of one kind."""
    return typer.Typer(
        help=title,
        epilog="All of them take --json. An id may be cut short.",
        no_args_is_help=True,
        add_completion=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )


def since_of(text: str) -> datetime | None:
    """A date or a time that a user gave; without a zone it is UTC.

    Raises:
        CommandError: it is neither.
    """
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(Exit.USAGE, f"{text!r} is no date; write 2026-11-24 or 2026-11-24T12:00.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def name_of(by: str) -> str:
    """The name of the person who acts.

    Raises:
        CommandError: it is empty, or no name.
    """
    name = by.strip()
    if not name or len(name) > _MOST_NAME or not name.isprintable():
        raise CommandError(Exit.USAGE, f"--by must name a person, in at most {_MOST_NAME} printable characters.")
    return name


def ended(
    doors: Doors, state: State, agency: str = "", reason: str = "", since: str = "", limit: int = 100
) -> tuple[Entry, ...]:
    """The documents that ended so, those of last first."""
    agency_names((agency,) if agency else ())
    return doors.ledger.ended(state, agency, reason, since_of(since), limit)


def one(doors: Doors, prefix: str, state: State) -> Entry:
    """The document of this id, in its newest run.

    Raises:
        CommandError: there is none, or it did not end so.
    """
    entry = found(doors.ledger, prefix)
    if entry.state is not state:
        where = f"{entry.state.value}{f' ({entry.reason})' if entry.reason else ''} in run {entry.run_id}"
        raise CommandError(Exit.NOT_FOUND, f"{entry.id} did not end as {state.value}: it is {where}.")
    return entry


def tell(doors: Doors, entries: Sequence[Entry], *, as_json: bool) -> None:
    """A row an end; those that somebody has resubmitted say so."""
    followed = resubmission.followed(doors, entries)
    if as_json:
        for entry in entries:
            line(entry_json(entry) | {"resubmitted": entry.end_event in followed})
        return
    table = Table(box=None, pad_edge=False)
    for title in ("document", "agency", "reason", "stage", "since (UTC)", "file", ""):
        table.add_column(title, no_wrap=title != "file", overflow="fold")
    for entry in entries:
        name = entry.original.name or entry.original.key
        again = "resubmitted" if entry.end_event in followed else ""
        since = f"{entry.since:%Y-%m-%d %H:%M}"
        table.add_row(
            *map(cell, (entry.id[:12], entry.agency, entry.reason, entry.stage, since)), cell(name), again
        )
    out().print(table if entries else "None.")
    if entries:
        out().print(counted(len(entries), "document"))


def inspect(doors: Doors, entry: Entry, *, as_json: bool) -> None:
    """Everything that is known of one end. Details are counts and names of ours, never text of the document."""
    event = resubmission.ending(doors, entry)
    asked = resubmission.asked(doors, entry.document)
    began: dict[str, Any] = {}
    if asked is not None:
        data = decode(asked.value).data
        began = {"by": data.by, "continues": data.document.continues, "waived": list(data.waived)}
    steps = doors.ledger.path(entry.id, entry.run_id)
    details = {} if event is None else _details(event)
    if as_json:
        line(
            {"document": entry_json(entry), "path": list(map(step_json, steps)), "details": details, "asked": began}
        )
        return
    console = out()
    console.print(head(entry))
    for name, value in {**details, **{f"asked: {name}": value for name, value in began.items()}}.items():
        console.print(cell(f"{name}: {value}"))
    console.print(path_table(steps, console.width))


def told(asked: Asked, *, as_json: bool) -> None:
    """What came of asking."""
    if as_json:
        line(vars(asked))
    elif asked.known:
        out().print(cell(f"{asked.document}: {asked.by} asked for this before; it is run {asked.run}."))
    else:
        out().print(cell(f"{asked.document}: before the door again, as run {asked.run}, for {asked.by}."))


def refused(error: NotForPeopleError) -> CommandError:
    """The refusal, as a command ends with it."""
    return CommandError(Exit.FAILED, str(error))


def _details(event: Event[Any]) -> dict[str, Any]:
    data = event.data
    if isinstance(data, DeadLettered):
        origin = f"{data.origin.topic}/{data.origin.partition}/{data.origin.offset}"
        return {"attempt": data.attempt, "record": origin, "code_version": data.code_version}
    kept = data.artefacts.get("original")
    place = {"original kept in": f"{kept.bucket}/{kept.key}"} if kept else {}
    return dict(data.details) | place
