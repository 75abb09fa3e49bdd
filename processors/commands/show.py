"""`chancery show`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from processors.commands import surroundings
from processors.commands.describing import document_prefix, entry_json, found, head, path_table, step_json
from processors.commands.fields_table import Shown, doubts_table, fields_table, shown
from processors.commands.screen import cell, line, out
from processors.record.aging import Aging


def run(
    document: Annotated[str, typer.Argument(help="A document's id, or its beginning.", metavar="ID")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """See `processors.cli.COMMANDS`."""
    document_prefix(document)
    with surroundings.around() as at:
        entry = found(at.ledger, document)
        steps = at.ledger.path(entry.id, entry.run_id)
        gone = Aging(at.ledger.engine).disposed([entry.id]).get(entry.id)
        what = shown(at.objects, at.settings, entry) if gone is None else Shown(None, {}, {}, {})
    if as_json:
        line(
            {
                "document": entry_json(entry),
                "disposed": None if gone is None else {"at": gone.at.isoformat(), "disposal": gone.disposal},
                "path": [step_json(step) for step in steps],
                "event": what.event,
                "fields": what.values,
                "evidence": {path: proof.model_dump(mode="json") for path, proof in what.evidence.items()},
                "artefacts": {role: ref.model_dump(mode="json") for role, ref in what.artefacts.items()},
            }
        )
        return
    console = out()
    console.print(head(entry))
    if gone is not None:
        told = (
            f"disposed of at {gone.at:%Y-%m-%d %H:%M} UTC ({gone.disposal}): its files are gone (docs/retention.md)"
        )
        console.print(cell(told, style="yellow"))
    console.print()
    if what.values:
        console.print(fields_table(what))
    if what.doubts:
        console.print(doubts_table(what))
        console.print()
    if what.artefacts:
        console.print(_artefacts(what))
        console.print()
    console.print(path_table(steps, console.width))


def _artefacts(what: Shown) -> Table:
    table = Table(title="artefacts", title_justify="left", box=None, pad_edge=False)
    for title in ("role", "object", "type", "bytes"):
        table.add_column(title, overflow="fold")
    for role, ref in what.artefacts.items():
        table.add_row(cell(role), cell(f"{ref.bucket}/{ref.key}"), cell(ref.media_type), f"{ref.size:,}")
    return table
