"""`chancery agency rotate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from processors.acts import Act
from processors.adapters import tenants
from processors.commands import surroundings
from processors.commands.credentials import deliver, must_be_known, must_be_new
from processors.commands.keeping import kept


def run(
    name: Annotated[str, typer.Argument(help="The agency.")],
    write: Annotated[
        Path | None, typer.Option(help="Write the credentials as JSON to this new file, and print none.")
    ] = None,
    by: Annotated[str, typer.Option(help="Who does this, for the audit chain; else the account alone.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """See `COMMANDS` of the group."""
    must_be_new(write)
    settings, _ = surroundings.reached()
    must_be_known(settings, name)
    with kept(settings, Act.AGENCY_KEYS_REPLACED, name, by):
        made = tenants.rotate(settings, name)
    deliver(settings, name, made, write, as_json=as_json)
