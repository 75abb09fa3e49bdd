"""`chancery forge register`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from processors.commands.forging import workshop
from processors.commands.screen import counted, line


def run(
    folder: Annotated[Path, typer.Argument(help="What `chancery forge train` wrote.", metavar="DIR")],
    by: Annotated[str, typer.Option(help="Who registers it.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """See `processors.commands.forge.COMMANDS`."""
    with workshop() as shop:
        model = shop.registry.register(folder, by)
    if as_json:
        line({"model": model.label, "digest": model.digest, "files": len(model.files)})
    else:
        typer.echo(f"{model.label}: {counted(len(model.files), 'file')}, digest {model.digest[:12]}")
