"""`chancery retain`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Literal

import typer
from rich.table import Table

from processors import document_types
from processors.acts import Act
from processors.batch.retention import deciding, working
from processors.batch.retention import plan as plans
from processors.batch.retention.due import Rules
from processors.batch.retention.errors import RetentionError
from processors.batch.retention.plan import Count, Plan
from processors.batch.retention.working import Worked
from processors.commands import batch_doors, operators, set_aside, surroundings
from processors.commands.exits import CommandError, Exit
from processors.commands.reprocess_steps import bar
from processors.commands.screen import cell, counted, err, line, out
from processors.record.facts import utc_now
from processors.runtime.acting import acting

Name = Annotated[str, typer.Argument(help="What the disposal is called.", metavar="NAME")]
By = set_aside.By
AsJson = set_aside.AsJson
Why = Annotated[str, typer.Option(help="Why, in your words; kept for ever.")]

run = set_aside.group("List documents whose time has passed, and dispose of them once a second person approves.")


@contextmanager
def told() -> Iterator[None]:
    """What keeps a disposal from going on ends the command with its sentence."""
    try:
        yield
    except RetentionError as error:
        raise CommandError(Exit.FAILED, str(error)) from error


@run.command("plan", help="List the documents whose time has passed, for good.")
def plan(
    name: Name,
    by: By,
    untyped_days: Annotated[
        int | None, typer.Option(help="Also those without a type, after so many days; else they are kept.", min=1)
    ] = None,
    why: Why = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count; write nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Freeze the list."""
    person = set_aside.name_of(by)
    with surroundings.around() as at, told():
        operators.must_operate(at.settings, person, None)
        doors, vault, now = batch_doors.batch_doors(at), batch_doors.vault(at), utc_now()
        rules = Rules.of(document_types.load(at.settings.document_types), untyped_days)
        if dry_run:
            _counts(*plans.look(doors, vault, rules, now), as_json=as_json)
            return
        with acting(at.acts, Act.DISPOSAL_REQUESTED, thing=name, by=person, reason=why):
            made = plans.freeze(doors, vault, rules, name, person, why.strip(), now)
    if made is None:
        if as_json:
            line({"name": name, "documents": 0})
        else:
            out().print("No document may be disposed of now: nothing was written.")
        return
    _shown(made, as_json=as_json)


@run.command("show", help="Show a plan: what it would dispose of, and what it keeps and why.")
def show(name: Name, as_json: AsJson = False) -> None:
    """Counts and rules; never anything that a document says."""
    with surroundings.around() as at, told():
        made = plans.find(batch_doors.batch_doors(at), name)
        decided = deciding.decision(batch_doors.batch_doors(at), name)
    _shown(made, as_json=as_json, decided=decided)


@run.command("approve", help="As a second person, let the listed documents be disposed of.")
def approve(name: Name, by: By, why: Why = "", as_json: AsJson = False) -> None:
    """Nothing is deleted yet: that is `dispose`."""
    _decided(name, by, why, "approved", as_json=as_json)


@run.command("reject", help="Let nothing of it be disposed of.")
def reject(name: Name, by: By, why: Why = "", as_json: AsJson = False) -> None:
    """The person who asked may reject as well."""
    _decided(name, by, why, "rejected", as_json=as_json)


@run.command("dispose", help="Dispose of what was approved; go on where that was interrupted.")
def dispose(name: Name, as_json: AsJson = False) -> None:
    """What a hold or a lock keeps is told and left."""
    with surroundings.around() as at, told():
        doors, vault = batch_doors.batch_doors(at), batch_doors.vault(at)
        made, worked = plans.find(doors, name), Worked()
        deciding.approved(doors, made)
        with bar("disposed of", made.documents) as moved:
            for chunk in made.chunks:
                worked = worked.plus(working.work_off(doors, vault, at.acts, made, chunk))
                moved(worked.documents)
    if as_json:
        line({"name": name, **worked.model_dump(mode="json")})
        return
    out().print(cell(f"{name}: {counted(worked.disposed, 'document')} disposed of."))
    for why, many in sorted(worked.kept.items()):
        err().print(cell(f"{counted(many, 'document')} kept: {why} (docs/retention.md)."))


@run.command("list", help="List the disposals, and what was decided about each.")
def listed(as_json: AsJson = False) -> None:
    """A row a disposal."""
    with surroundings.around() as at, told():
        doors = batch_doors.batch_doors(at)
        rows = [(plans.find(doors, name), deciding.decision(doors, name)) for name in plans.names(doors)]
    if as_json:
        for made, decided in rows:
            word = None if decided is None else decided.model_dump(mode="json")
            line({"name": made.name, "documents": made.documents, "at": made.at.isoformat(), "decision": word})
        return
    table = Table(box=None, pad_edge=False)
    for title in ("disposal", "asked by", "at (UTC)", "documents", "decided"):
        table.add_column(title, justify="right" if title == "documents" else "left")
    for made, decided in rows:
        said = "" if decided is None else f"{decided.word} by {decided.by}"
        asked = made.by or "(scheduled)"
        table.add_row(*map(cell, (made.name, asked, f"{made.at:%Y-%m-%d %H:%M}", f"{made.documents:,}", said)))
    out().print(table if rows else "None.")


def _decided(name: str, by: str, why: str, word: Literal["approved", "rejected"], *, as_json: bool) -> None:
    person = set_aside.name_of(by)
    act = Act.DISPOSAL_APPROVED if word == "approved" else Act.DISPOSAL_REJECTED
    with surroundings.around() as at, told():
        doors = batch_doors.batch_doors(at)
        made = plans.find(doors, name)
        operators.must_operate(at.settings, person, made.agencies)
        with acting(at.acts, act, thing=name, by=person, reason=why, details={"plan": made.digest}):
            decided = deciding.decide(doors, made, word, person, why, utc_now())
    if as_json:
        line(decided.model_dump(mode="json"))
        return
    rest = f"`chancery retain dispose {name}` carries it out" if word == "approved" else "nothing of it is deleted"
    out().print(cell(f"{name}: {word} by {decided.by}; {rest}."))


def _shown(made: Plan, *, as_json: bool, decided: deciding.Decision | None = None) -> None:
    if as_json:
        word = None if decided is None else decided.model_dump(mode="json")
        line(made.model_dump(mode="json", exclude={"chunks"}) | {"digest": made.digest, "decision": word})
        return
    _counts(made.counts, made.kept, as_json=False)
    asked = made.by or "a scheduled job"
    out().print(cell(f"{made.name}: {counted(made.documents, 'document')}, asked for by {asked}."))
    if decided is not None:
        out().print(cell(f"{decided.word} by {decided.by} at {decided.at:%Y-%m-%d %H:%M} UTC"))


def _counts(counts: tuple[Count, ...], kept: tuple[Count, ...], *, as_json: bool) -> None:
    if as_json:
        documents = sum(one.documents for one in counts)
        line(
            {"documents": documents}
            | {name: [one.model_dump() for one in rows] for name, rows in (("counts", counts), ("kept", kept))}
        )
        return
    table = Table(box=None, pad_edge=False)
    for title in ("agency", "type", "documents", ""):
        table.add_column(title, justify="right" if title == "documents" else "left")
    for one in (*counts, *kept):
        what = f"kept: {one.kept}" if one.kept else "to be disposed of"
        table.add_row(*map(cell, (one.agency, one.type or "(none)", f"{one.documents:,}", what)))
    out().print(table if counts or kept else "No document is old enough for any rule.")
