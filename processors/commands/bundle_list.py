"""`chancery bundle list`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from processors.bundle import listing
from processors.bundle.parts import Part
from processors.bundle.wanted import Wanted
from processors.commands import bundling
from processors.commands.screen import cell, counted, line, out


def run(
    site: bundling.SiteOption = None,
    extra: bundling.ExtraOption = None,
    checkout: bundling.CheckoutOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON array.")] = False,
) -> None:
    """See `processors.commands.bundle.COMMANDS`."""
    with bundling.refusals():
        things = listing.wanted(bundling.sources(checkout), bundling.whom(site, extra))
    if as_json:
        line([_as_json(one) for one in things])
        return
    table = Table(box=None, pad_edge=False)
    for title in ("part", "what", "version", ""):
        table.add_column(title, overflow="fold")
    for one in things:
        table.add_row(cell(one.part.value), cell(one.name), cell(one.version), cell(one.note or _held(one)))
    out().print(table)
    parts = {part: len(listing.of_part(things, part)) for part in Part}
    out().print(", ".join(f"{part}: {count}" for part, count in parts.items() if count), markup=False)


def _held(one: Wanted) -> str:
    return f"held to {counted(len(one.digests), 'digest')}" if one.digests else ""


def _as_json(one: Wanted) -> dict[str, object]:
    told = {"part": one.part.value, "name": one.name, "version": one.version, "note": one.note}
    return told | {"sha256": list(one.digests)}
