"""`chancery agency add`."""

from __future__ import annotations

from typing import Annotated

import typer

from processors.acts import Act
from processors.adapters import tenants
from processors.commands import surroundings
from processors.commands.credentials import Write, deliver, must_be_new
from processors.commands.keeping import By, kept
from processors.commands.names import agency_names


def run(
    name: Annotated[str, typer.Argument(help="The agency, such as justice or tax-office.")],
    write: Write = None,
    by: By = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """See `COMMANDS` of the group."""
    agency_names((name,))
    must_be_new(write)
    settings, _ = surroundings.reached()
    with kept(settings, Act.AGENCY_ADDED, name, by):
        made = tenants.add(settings, name)
    deliver(settings, name, made, write, as_json=as_json)
