"""`chancery audit export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from processors.audit.exporting import export
from processors.commands import auditing
from processors.commands.exits import CommandError, Exit
from processors.commands.screen import counted, err, safe


def run(
    folder: Annotated[Path, typer.Argument(help="Where to write; made if need be.", metavar="DIR")],
) -> None:
    """See `processors.commands.audit.COMMANDS`."""
    shelf, _ = auditing.bucket()
    written = 0

    def tell() -> None:
        nonlocal written
        written += 1

    try:
        folder.mkdir(parents=True, exist_ok=True)
        touched = export(shelf, folder, tell)
    except OSError as error:
        raise CommandError(Exit.FAILED, f"{folder} cannot be written ({error.strerror}).") from error
    for stored in touched:
        told = (
            f"{stored.key} was overwritten or deleted; its first version was written. See `chancery audit verify`."
        )
        err().print(safe(told), style="yellow", markup=False, soft_wrap=True)
    typer.echo(f"{counted(written, 'object')} in {folder}; check with: chancery audit verify {folder} --key PUBLIC")
