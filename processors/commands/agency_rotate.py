"""`chancery agency rotate`."""

from __future__ import annotations

from typing import Annotated

import typer

from processors.acts import Act
from processors.adapters import tenants
from processors.commands import surroundings
from processors.commands.credentials import Write, deliver, must_be_known, must_be_new
from processors.commands.keeping import By, kept


def run(
    name: Annotated[str, typer.Argument(help="The agency.")],
    write: Write = None,
    by: By = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """See `COMMANDS` of the group."""
    must_be_new(write)
    settings, _ = surroundings.reached()
    must_be_known(settings, name)
    with kept(settings, Act.AGENCY_KEYS_REPLACED, name, by):
        made = tenants.rotate(settings, name)
    deliver(settings, name, made, write, as_json=as_json)
