"""`chancery types`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from processors import config
from processors.commands.exits import Exit
from processors.commands.screen import cell, line, out, safe
from processors.document_types.lint import lint
from processors.document_types.loading import load


def run(
    folder: Annotated[Path | None, typer.Argument(help="A folder of type files (CHANCERY_DOCUMENT_TYPES).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """See `processors.cli.COMMANDS`."""
    place = folder or config.load().document_types
    if problems := lint(place):
        if as_json:
            line({"problems": [asdict(problem) for problem in problems], "types": []})
        for problem in problems:
            # A problem of a whole file or folder has no place in it.
            where = f"{problem.file}: {problem.place}" if problem.place else problem.file
            typer.echo(safe(f"{where}: {problem.message}"), err=True)
        raise typer.Exit(int(Exit.FAILED))
    types = load(place)
    if as_json:
        described = [
            {
                "name": one.name,
                "title": one.title,
                "version": one.version,
                "threshold": one.threshold,
                "fields": {rule.name: {"required": rule.required, "many": rule.many} for rule in one.fields},
            }
            for one in types.values()
        ]
        line({"problems": [], "types": described})
        return
    table = Table(box=None, pad_edge=False)
    for title in ("type", "version", "release from", "fields (* required)"):
        table.add_column(title, overflow="fold")
    for one in types.values():
        fields = ", ".join(f"{rule.name}{'*' if rule.required else ''}" for rule in one.fields)
        table.add_row(cell(one.name), cell(one.version), f"{one.threshold:.2f}", cell(fields))
    out().print(table)
