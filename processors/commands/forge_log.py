"""`chancery forge log`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from processors.commands.forging import workshop
from processors.commands.screen import cell, line, out


def run(
    kind: Annotated[str, typer.Argument(help="classifier, reader or language.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """See `processors.commands.forge.COMMANDS`."""
    with workshop() as shop:
        entries = shop.promotions(kind).entries()
    if as_json:
        line({"entries": [entry.model_dump(mode="json") for entry in entries]})
        return
    table = Table(box=None, pad_edge=False)
    for title in ("", "when", "what", "model", "by", "before", "reason"):
        table.add_column(title, overflow="fold")
    for one in entries:
        model, before = (f"{kind}@{version}" if version else "shipped" for version in (one.version, one.before))
        when = f"{one.at:%Y-%m-%d %H:%M}"
        table.add_row(*map(cell, (str(one.number), when, one.action, model, one.by, before, one.reason)))
    out().print(table if entries else f"Nothing was decided yet: the shipped {kind} is at work.")
