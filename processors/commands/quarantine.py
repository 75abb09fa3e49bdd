"""`chancery quarantine`."""

from __future__ import annotations

from typing import Annotated

import typer

from processors.acts import Act
from processors.batch import resubmission
from processors.batch.resubmission import NotForPeopleError
from processors.commands import batch_doors, operators, set_aside, surroundings
from processors.commands.describing import document_prefix
from processors.record.facts import utc_now
from processors.record.states import State
from processors.runtime.acting import acting

run = set_aside.group("List, inspect and release documents that were set aside.")


@run.command("list", help="List documents in quarantine, the last first.")
def listed(
    agency: set_aside.Agency = "",
    reason: Annotated[str, typer.Option(help="Only those set aside for this reason.")] = "",
    since: set_aside.Since = "",
    limit: set_aside.Limit = 100,
    as_json: set_aside.AsJson = False,
) -> None:
    """A row a document."""
    with surroundings.around() as at:
        doors = batch_doors.batch_doors(at)
        found = set_aside.ended(doors, State.QUARANTINED, agency, reason, since, limit)
        set_aside.tell(doors, found, as_json=as_json)


@run.command("inspect", help="Tell everything that is known of one, and who asked for it before.")
def inspect(document: set_aside.Id, as_json: set_aside.AsJson = False) -> None:
    """One document."""
    document_prefix(document)
    with surroundings.around() as at:
        doors = batch_doors.batch_doors(at)
        set_aside.inspect(doors, set_aside.one(doors, document, State.QUARANTINED), as_json=as_json)


@run.command("release", help="Let one in although a rule stands against it; every other rule still holds.")
def release(
    document: set_aside.Id,
    by: set_aside.By,
    as_json: set_aside.AsJson = False,
) -> None:
    """One document, in a run of its own."""
    document_prefix(document)
    name = set_aside.name_of(by)
    with surroundings.around() as at:
        doors = batch_doors.batch_doors(at)
        entry = set_aside.one(doors, document, State.QUARANTINED)
        operators.must_operate(at.settings, name, (entry.agency,))
        try:
            with acting(at.acts, Act.QUARANTINE_RELEASED, thing=entry.id, by=name, document=entry.document):
                asked = resubmission.release(doors, entry, name, utc_now())
        except NotForPeopleError as error:
            raise set_aside.refused(error) from error
    set_aside.told(asked, as_json=as_json)
