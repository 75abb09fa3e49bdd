"""`chancery fetch`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from processors.commands import surroundings
from processors.commands.describing import document_prefix, found
from processors.commands.exits import CommandError, Exit
from processors.commands.fields_table import shown
from processors.commands.patience import patiently
from processors.commands.screen import line


def run(
    document: Annotated[str, typer.Argument(help="A document's id, or its beginning.", metavar="ID")],
    role: Annotated[str, typer.Argument(help="Which artefact, such as text, searchable, alto, pages or original.")],
    to: Annotated[Path | None, typer.Option(help="The file to write; else one in this folder.")] = None,
    force: Annotated[bool, typer.Option(help="Write over a file that is there.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """See `processors.cli.COMMANDS`."""
    document_prefix(document)
    with surroundings.around() as at:
        entry = found(at.ledger, document)
        artefacts = shown(at.objects, at.settings, entry).artefacts
        ref = artefacts.get(role)
        if ref is None:
            there = ", ".join(artefacts) or "none yet"
            raise CommandError(Exit.NOT_FOUND, f"This document has no artefact {role!r}; there: {there}.")
        # Our own name for it: the sender's may be anything.
        file = to or Path(f"{entry.id[:12]}-{ref.key.rpartition('/')[2]}")
        if file.exists() and not force:
            raise CommandError(Exit.USAGE, f"{file} is there already; --force writes over it.")
        try:
            patiently(lambda: at.objects.fetch(ref, file))
        except OSError as error:
            raise CommandError(Exit.FAILED, f"{file} cannot be written ({error.strerror}).") from error
    if as_json:
        line({"file": str(file), "role": role, **ref.model_dump(mode="json")})
    else:
        typer.echo(str(file))
