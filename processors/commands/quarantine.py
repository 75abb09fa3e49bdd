"""`chancery quarantine`."""

from __future__ import annotations

from typing import Annotated

import typer

from processors.acts import Act
from processors.batch import resubmission
from processors.batch.resubmission import NotForPeopleError
from processors.commands import set_aside, surroundings
from processors.commands.describing import document_prefix
from processors.record.facts import utc_now
from processors.record.states import State
from processors.runtime.acting import acting

_ID = typer.Argument(help="A document's id, or its beginning.", metavar="ID")
_JSON = typer.Option("--json", help="Print JSON.")

run = typer.Typer(
    help="List, inspect and release documents that were set aside.",
    epilog="All of them take --json. An id may be cut short.",
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@run.command("list", help="List documents in quarantine, the last first.")
def listed(
    agency: Annotated[str, typer.Option(help="Only this agency's.")] = "",
    reason: Annotated[str, typer.Option(help="Only those set aside for this reason.")] = "",
    since: Annotated[str, typer.Option(help="Only those since a date or time (UTC).")] = "",
    limit: Annotated[int, typer.Option(help="At most so many.", min=1)] = 100,
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """A row a document."""
    with surroundings.around() as at:
        doors = surroundings.batch_doors(at)
        found = set_aside.ended(doors, State.QUARANTINED, agency, reason, since, limit)
        set_aside.tell(doors, found, as_json=as_json)


@run.command("inspect", help="Tell everything that is known of one, and who asked for it before.")
def inspect(document: Annotated[str, _ID], as_json: Annotated[bool, _JSON] = False) -> None:
    """One document."""
    document_prefix(document)
    with surroundings.around() as at:
        doors = surroundings.batch_doors(at)
        set_aside.inspect(doors, set_aside.one(doors, document, State.QUARANTINED), as_json=as_json)


@run.command("release", help="Let one in although a rule stands against it; every other rule still holds.")
def release(
    document: Annotated[str, _ID],
    by: Annotated[str, typer.Option(help="Who decides this; kept for ever.")],
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """One document, in a run of its own."""
    document_prefix(document)
    name = set_aside.name_of(by)
    with surroundings.around() as at:
        doors = surroundings.batch_doors(at)
        entry = set_aside.one(doors, document, State.QUARANTINED)
        try:
            with acting(at.acts, Act.QUARANTINE_RELEASED, thing=entry.id, by=name, document=entry.document):
                asked = resubmission.release(doors, entry, name, utc_now())
        except NotForPeopleError as error:
            raise set_aside.refused(error) from error
    set_aside.told(asked, as_json=as_json)
