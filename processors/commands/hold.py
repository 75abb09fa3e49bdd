"""`chancery hold`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from processors.acts import Act
from processors.batch.retention import holds
from processors.commands import batch_doors, operators, set_aside, surroundings
from processors.commands.describing import document_prefix, found
from processors.commands.retain import told
from processors.commands.screen import cell, counted, err, line, out
from processors.record.entry import Entry
from processors.record.facts import utc_now
from processors.runtime.acting import acting

Name = Annotated[str, typer.Option("--name", help="What the hold is called, such as the number of a case.")]
Why = Annotated[str, typer.Option(help="Why, in your words; kept for ever.")]
By = set_aside.By
AsJson = set_aside.AsJson

run = set_aside.group("Place and lift legal holds: what is under one is not disposed of, whatever its age.")


@run.command("place", help="Forbid that a document, and what it encloses, is disposed of.")
def place(document: set_aside.Id, name: Name, by: By, why: Why, as_json: AsJson = False) -> None:
    """May be repeated: the store then holds the originals that came later."""
    person = set_aside.name_of(by)
    document_prefix(document)
    with surroundings.around() as at, told():
        doors, vault, entry = batch_doors.batch_doors(at), batch_doors.vault(at), found(at.ledger, document)
        operators.must_operate(at.settings, person, (entry.agency,))
        with acting(
            at.acts, Act.HOLD_PLACED, thing=_thing(entry, name), by=person, reason=why, document=entry.document
        ):
            placed = holds.place(doors, vault, entry.agency, entry.id, name, person, why, utc_now())
    if as_json:
        told_of = placed.hold.model_dump(mode="json")
        line(told_of | {"originals": placed.originals, "too_late": placed.too_late})
    else:
        out().print(cell(f"{entry.id}: held as {name}; {counted(placed.originals, 'original')} in the store."))
    if placed.too_late:
        err().print(cell(f"{entry.id}: its disposal had begun before; what is left of it stays.", style="yellow"))


@run.command("lift", help="Lift a hold; the document is held as long as another stands.")
def lift(document: set_aside.Id, name: Name, by: By, why: Why, as_json: AsJson = False) -> None:
    """May be repeated."""
    person = set_aside.name_of(by)
    document_prefix(document)
    with surroundings.around() as at, told():
        doors, vault, entry = batch_doors.batch_doors(at), batch_doors.vault(at), found(at.ledger, document)
        operators.must_operate(at.settings, person, (entry.agency,))
        with acting(
            at.acts, Act.HOLD_LIFTED, thing=_thing(entry, name), by=person, reason=why, document=entry.document
        ):
            lifted = holds.lift(doors, vault, entry.agency, entry.id, name, person, why, utc_now())
        left = holds.holding(doors, entry.agency, entry.id)
    if as_json:
        line(lifted.model_dump(mode="json") | {"still": list(left)})
        return
    still = f"still held: {', '.join(left)}" if left else "nothing holds it any more"
    out().print(cell(f"{entry.id}: {name} is lifted; {still}."))


@run.command("list", help="List the holds that stand.")
def listed(
    agency: set_aside.Agency = "",
    lifted: Annotated[bool, typer.Option("--lifted", help="Also those that were lifted.")] = False,
    as_json: AsJson = False,
) -> None:
    """A row a hold."""
    with surroundings.around() as at:
        rows = list(holds.listed(batch_doors.batch_doors(at), agency, lifted=lifted))
    if as_json:
        for one in rows:
            line(one.model_dump(mode="json"))
        return
    table = Table(box=None, pad_edge=False)
    for title in ("document", "agency", "hold", "placed by", "since (UTC)", "why", "lifted by"):
        table.add_column(title)
    for one in rows:
        said = one.placed
        ended = one.lifted.by if one.lifted else ""
        since = f"{said.at:%Y-%m-%d %H:%M}"
        row = (one.document[:12], one.agency, one.name, said.by, since, said.reason, ended)
        table.add_row(*map(cell, row))
    out().print(table if rows else "None.")


def _thing(entry: Entry, name: str) -> str:
    return f"{entry.id}/{name}"
