"""`chancery dead-letters`."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from processors.acts import Act
from processors.batch import replaying, resubmission
from processors.batch.replaying import Choice
from processors.batch.reprocess.pace import Pace
from processors.commands import batch_doors, operators, set_aside, surroundings
from processors.commands.describing import document_prefix
from processors.commands.exits import CommandError, Exit
from processors.commands.names import agency_names
from processors.commands.screen import cell, counted, err, line, out
from processors.record.facts import utc_now
from processors.record.states import State
from processors.runtime.acting import acting

run = set_aside.group("List, inspect and replay work that failed for our reasons.")


@run.command("list", help="List dead letters, the last first.")
def listed(
    agency: set_aside.Agency = "",
    reason: Annotated[str, typer.Option(help="Only those of this code.")] = "",
    since: set_aside.Since = "",
    limit: set_aside.Limit = 100,
    as_json: set_aside.AsJson = False,
) -> None:
    """A row a document; records that could not be read at all are counted."""
    with surroundings.around() as at:
        doors = batch_doors.batch_doors(at)
        found = set_aside.ended(doors, State.DEAD_LETTER, agency, reason, since, limit)
        set_aside.tell(doors, found, as_json=as_json)
        if unreadable := at.ledger.unreadable():
            told = f"{counted(unreadable, 'record')} could not be read at all, and cannot be replayed."
            err().print(f"{told} `chancery reconcile` names the documents that stand still for it.")


@run.command("inspect", help="Tell everything that is known of one, and who asked for it before.")
def inspect(document: set_aside.Id, as_json: set_aside.AsJson = False) -> None:
    """One document."""
    document_prefix(document)
    with surroundings.around() as at:
        doors = batch_doors.batch_doors(at)
        set_aside.inspect(doors, set_aside.one(doors, document, State.DEAD_LETTER), as_json=as_json)


@run.command("replay", help="Let one, those of a code, or all be worked on again, each in a run of its own.")
def replay(
    by: set_aside.By,
    document: Annotated[str, typer.Argument(help="A document's id, or its beginning.", metavar="[ID]")] = "",
    reason: Annotated[str, typer.Option(help="All of this code.")] = "",
    agency: Annotated[str, typer.Option(help="With --reason or --all: only this agency's.")] = "",
    stage: Annotated[str, typer.Option(help="With --reason or --all: only what failed there.")] = "",
    since: set_aside.Since = "",
    every: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
    limit: Annotated[
        int, typer.Option(help="At most so many; ask again for more.", min=1, max=replaying.MOST)
    ] = replaying.MOST,
    rate: Annotated[float, typer.Option(help="Documents a second at most.", min=0.01)] = 50.0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count; write nothing.")] = False,
    as_json: set_aside.AsJson = False,
) -> None:
    """What was replayed before is left out."""
    if sum((bool(document), bool(reason), every)) != 1:
        raise CommandError(Exit.USAGE, "Name one document, or a --reason, or --all.")
    name = set_aside.name_of(by)
    agency_names((agency,) if agency else ())
    choice = Choice(
        agencies=(agency,) if agency else (),
        reasons=(reason,) if reason else (),
        stages=(stage,) if stage else (),
        since=set_aside.since_of(since),
        limit=limit,
    )
    with surroundings.around() as at:
        doors = batch_doors.batch_doors(at)
        if document:
            entry = set_aside.one(doors, document, State.DEAD_LETTER)
            operators.must_operate(at.settings, name, (entry.agency,))
            with acting(at.acts, Act.DEAD_LETTER_REPLAYED, thing=entry.id, by=name, document=entry.document):
                asked = resubmission.replay(doors, entry, name, utc_now())
            set_aside.told(asked, as_json=as_json)
            return
        if dry_run:
            for (of, where, why), many in sorted(replaying.counts(doors, choice).items()):
                row = {"agency": of, "stage": where, "reason": why, "documents": many}
                line(row) if as_json else out().print(cell(f"{of}, {where}, {why}: {counted(many, 'document')}"))
            return
        operators.must_operate(at.settings, name, choice.agencies or None)
        tell = partial(set_aside.told, as_json=as_json)
        done = replaying.replay_all(doors, at.acts, choice, name, Pace(rate), tell)
    if not done.documents:
        err().print("Nothing to replay.")
    if done.left_out:
        passed = counted(done.left_out, "document")
        err().print(cell(f"{passed} left out: disposed of, or no dead letter any more."))
