"""`chancery agency revoke`."""

from __future__ import annotations

from typing import Annotated

import typer

from processors.acts import Act
from processors.adapters import tenants
from processors.commands import surroundings
from processors.commands.credentials import left_to_strimzi, must_be_known
from processors.commands.keeping import By, kept
from processors.commands.screen import line, out


def run(
    name: Annotated[str, typer.Argument(help="The agency.")],
    by: By = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """See `COMMANDS` of the group."""
    settings, _ = surroundings.reached()
    must_be_known(settings, name)
    with kept(settings, Act.AGENCY_KEYS_REVOKED, name, by):
        tenants.revoke(settings, name)
    todo = left_to_strimzi(settings, name, wanted=False)
    if as_json:
        line({"agency": name, "credentials": ["kafka"] if todo else []} | ({"kafka_user": todo} if todo else {}))
    elif todo:
        out().print(f"{name} has no keys of the object store any more. {todo}", markup=False)
    else:
        out().print(f"{name} has no credentials any more. Its inbox, documents and results are as they were.")
