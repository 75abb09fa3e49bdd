"""`chancery agency list`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from processors.adapters import tenants
from processors.commands import surroundings
from processors.commands.screen import cell, line, out


def run(
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON array.")] = False,
) -> None:
    """See `COMMANDS` of the group."""
    settings, _ = surroundings.reached()
    found = tenants.tenants(settings)
    if as_json:
        line([{"agency": one.name, "credentials": list(one.credentials)} for one in found])
        return
    if not found:
        out().print("No agencies yet. Make one with `chancery agency add NAME`.", markup=False)
        return
    table = Table(box=None, pad_edge=False)
    for title in ("agency", "credentials"):
        table.add_column(title)
    for one in found:
        table.add_row(cell(one.name), cell(", ".join(one.credentials) or "none: chancery agency add " + one.name))
    out().print(table)
