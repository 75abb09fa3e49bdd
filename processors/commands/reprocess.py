"""`chancery reprocess`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from processors import document_types
from processors.acts import Act
from processors.batch.reprocess import approving, deciding, manifest
from processors.batch.reprocess.comparing import compare as compare_all
from processors.batch.reprocess.manifest import Wish
from processors.batch.reprocess.progress import progress
from processors.batch.reprocess.selection import select
from processors.commands import (
    batch_doors,
    operators,
    reprocess_steps,
    reprocess_tables,
    set_aside,
    surroundings,
)
from processors.commands.screen import cell, counted, err, line, out
from processors.orchestration import versions
from processors.record.facts import utc_now
from processors.record.standing import Standing
from processors.runtime.acting import acting

Name = Annotated[str, typer.Argument(help="What the reprocessing is called.", metavar="NAME")]
By = set_aside.By
AsJson = set_aside.AsJson
Rate = Annotated[float, typer.Option(help="Documents a second at most.")]
Why = Annotated[str, typer.Option(help="Why, in your words; kept for ever.")]
Many = list[str] | None

run = set_aside.group("Work on many documents again from a stage on, compare, and publish what a person approves.")


@run.command("plan", help="List the documents that are meant, for good.")
def plan(
    name: Name,
    by: By,
    stage: Annotated[
        str, typer.Option("--from", help="The first stage to work again: ocr, classify, extract, publish.")
    ],
    agency: Annotated[Many, typer.Option(help="Only this agency's; may be repeated.")] = None,
    kind: Annotated[Many, typer.Option("--type", help="Only this document type; may be repeated.")] = None,
    state: Annotated[
        Many, typer.Option(help="Only what ended so: result, review, quarantined, dead_letter; may be repeated.")
    ] = None,
    reason: Annotated[Many, typer.Option(help="Only what ended for this reason; may be repeated.")] = None,
    since: Annotated[str, typer.Option(help="Only what ended then or later (UTC).")] = "",
    until: Annotated[str, typer.Option(help="Only what ended before (UTC).")] = "",
    compare_only: Annotated[bool, typer.Option("--compare-only", help="Nothing of it can be released.")] = False,
    why: Why = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count; write nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Freeze the manifest."""
    person = set_aside.name_of(by)
    with surroundings.around() as at, reprocess_steps.told():
        doors = batch_doors.batch_doors(at)
        selection = select(
            agencies=agency or (),
            types=kind or (),
            states=state or (),
            reasons=reason or (),
            since=since,
            until=until,
            known_agencies=doors.inboxes.agencies(),
            known_types=document_types.load(at.settings.document_types),
        )
        operators.must_operate(at.settings, person, selection.agencies or None)
        if not compare_only:
            versions.nothing_on_trial(at.settings)
        wish = Wish(
            name=manifest.named(name),
            stage=manifest.begins_at(stage),
            selection=selection,
            release=not compare_only,
            by=person,
            reason=why.strip(),
            at=utc_now(),
        )
        counts = Standing(at.ledger.engine).counts(selection.filter)
        if dry_run:
            reprocess_tables.counts(counts, as_json=as_json)
            return
        with acting(at.acts, Act.REPROCESSING_REQUESTED, thing=name, by=person, reason=why):
            made = manifest.freeze(doors, wish)
    if as_json:
        line(made.model_dump(mode="json"))
        return
    reprocess_tables.counts(counts, as_json=False)
    out().print(cell(f"{name}: {counted(made.documents, 'document')} in {counted(len(made.chunks), 'list')}."))


@run.command("run", help="Send the documents on their way, and wait until each has an end.")
def send(
    name: Name,
    rate: Rate = 20.0,
    wait: Annotated[bool, typer.Option(help="Wait for the ends.")] = True,
    as_json: AsJson = False,
) -> None:
    """Emit every list, from where it was left."""
    with surroundings.around() as at, reprocess_steps.told():
        doors = batch_doors.batch_doors(at)
        made = manifest.find(doors, name)
        reprocess_steps.emit(doors, made, rate)
        if wait:
            reprocess_steps.wait(doors, made)
        reprocess_tables.progress(made, progress(doors, made), as_json=as_json)


@run.command("compare", help="Compare old and new ends field by field, and write the reports.")
def compare(name: Name, as_json: AsJson = False) -> None:
    """Counts only: what documents say stands in the reports of their agencies."""
    with surroundings.around() as at, reprocess_steps.told():
        doors = batch_doors.batch_doors(at)
        made = manifest.find(doors, name)
        with reprocess_steps.bar("compared", made.documents) as moved:
            compared = compare_all(doors, made, moved)
    if as_json:
        pages = [f"{page.bucket}/{page.key}" for page in compared.pages]
        line(compared.figures | {"digest": compared.digest, "pages": pages})
        return
    reprocess_tables.compared(compared)


@run.command("approve", help="As a second person, let the new results be published, and publish them.")
def approve(name: Name, by: By, why: Why = "", rate: Rate = 50.0, as_json: AsJson = False) -> None:
    """May be repeated by the same person; anybody may go on with `release`."""
    person = set_aside.name_of(by)
    with surroundings.around() as at, reprocess_steps.told():
        doors = batch_doors.batch_doors(at)
        made = manifest.find(doors, name)
        operators.must_operate(at.settings, person, made.wish.selection.agencies or None)
        versions.nothing_on_trial(at.settings)
        with acting(at.acts, Act.REPROCESSING_APPROVED, thing=name, by=person, reason=why):
            approving.approve(doors, made, person, why.strip(), utc_now())
        _release(doors, made, rate, as_json=as_json)


@run.command("release", help="Go on publishing what was approved, where that was interrupted.")
def release(name: Name, rate: Rate = 50.0, as_json: AsJson = False) -> None:
    """Publish every list, from where it was left."""
    with surroundings.around() as at, reprocess_steps.told():
        doors = batch_doors.batch_doors(at)
        _release(doors, manifest.find(doors, name), rate, as_json=as_json)


@run.command("reject", help="Let none of the new results be published.")
def reject(name: Name, by: By, why: Why = "", as_json: AsJson = False) -> None:
    """The person who asked may reject as well."""
    person = set_aside.name_of(by)
    with surroundings.around() as at, reprocess_steps.told():
        doors = batch_doors.batch_doors(at)
        made = manifest.find(doors, name)
        operators.must_operate(at.settings, person, made.wish.selection.agencies or None)
        with acting(at.acts, Act.REPROCESSING_REJECTED, thing=name, by=person, reason=why):
            decided = approving.reject(doors, made, person, why.strip(), utc_now())
    if as_json:
        line(decided.model_dump(mode="json"))
        return
    out().print(cell(f"{name}: rejected by {decided.by}; nothing of it is published."))


@run.command("list", help="List the reprocessings, and how far each is.")
def listed(as_json: AsJson = False) -> None:
    """A row a reprocessing."""
    with surroundings.around() as at, reprocess_steps.told():
        doors = batch_doors.batch_doors(at)
        all_of_them = [manifest.find(doors, name) for name in manifest.names(doors)]
        rows = [(one, progress(doors, one), deciding.decision(doors, one.run)) for one in all_of_them]
    reprocess_tables.listed(rows, as_json=as_json)


def _release(doors: Any, made: manifest.Manifest, rate: float, *, as_json: bool) -> None:
    documents, left_out = reprocess_steps.release(doors, made, rate)
    if as_json:
        line({"name": made.wish.name, "published": documents - left_out, "left_out": left_out})
        return
    out().print(cell(f"{made.wish.name}: {counted(documents - left_out, 'end')} published."))
    if left_out:
        err().print(f"{counted(left_out, 'document')} left as they are; docs/reprocess.md says which.")
