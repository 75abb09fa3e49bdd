"""`chancery agency rotate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from processors.adapters import tenants
from processors.commands import surroundings
from processors.commands.credentials import deliver, must_be_known, must_be_new


def run(
    name: Annotated[str, typer.Argument(help="The agency.")],
    write: Annotated[
        Path | None, typer.Option(help="Write the credentials as JSON to this new file, and print none.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """See `COMMANDS` of the group."""
    must_be_new(write)
    settings, _ = surroundings.reached()
    must_be_known(settings, name)
    deliver(settings, name, tenants.rotate(settings, name), write, as_json=as_json)
