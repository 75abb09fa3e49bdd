"""`chancery forge models`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from processors.commands.forging import workshop
from processors.commands.screen import cell, line, out


def run(
    kind: Annotated[str | None, typer.Argument(help="This kind alone.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """See `processors.commands.forge.COMMANDS`."""
    with workshop() as shop:
        rows = []
        for name in [kind] if kind else shop.registry.kinds():
            champion = shop.promotions(name).champion()
            for version in shop.registry.versions(name):
                rows.append((shop.registry.model(name, version), champion.version == version))
    if as_json:
        told = [
            {
                "model": model.label,
                "champion": at_work,
                "digest": model.digest,
                "dataset": f"{model.lineage.dataset}@{model.lineage.version}",
                "documents": len(model.lineage.documents),
                "registered": model.registered,
                "by": model.by,
            }
            for model, at_work in rows
        ]
        line({"models": told})
        return
    table = Table(box=None, pad_edge=False)
    for title in ("", "model", "dataset", "documents", "parent", "registered", "by", "digest"):
        table.add_column(title)
    for model, at_work in rows:
        dataset = f"{model.lineage.dataset}@{model.lineage.version}"
        row = (model.label, dataset, str(len(model.lineage.documents)), model.parent or "shipped")
        registered = f"{model.registered:%Y-%m-%d %H:%M}"
        mark = "*" if at_work else ""
        table.add_row(*map(cell, (mark, *row, registered, model.by, model.digest[:12])))
    out().print(table if rows else "No models yet. Train one with `chancery forge train`.")
