"""`chancery forge show`."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer
from rich.table import Table

from processors.commands.forging import workshop
from processors.commands.screen import cell, line, out
from processors.forge.names import exact
from processors.forge.registry.evaluations import Evaluation, Evaluations
from processors.forge.registry.registry import Model


def run(
    model: Annotated[str, typer.Argument(help="KIND@VERSION.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """See `processors.commands.forge.COMMANDS`."""
    with workshop() as shop:
        found = shop.registry.model(*exact(model))
        evaluations = Evaluations(shop.registry, found).all()
        champion = shop.promotions(found.kind).champion()
    if as_json:
        told = [one.model_dump(mode="json") for one in evaluations]
        line({**found.model_dump(mode="json"), "evaluations": told, "champion": champion.version == found.version})
        return
    console = out()
    console.print(_table(found, at_work=champion.version == found.version))
    for one in evaluations:
        console.print()
        console.print(_measured(one))


def _table(model: Model, *, at_work: bool) -> Table:
    lineage = model.lineage
    by_origin = Counter((one.split, one.origin, one.licence or "not stated") for one in lineage.documents)
    documents = "; ".join(f"{number} {' / '.join(key)}" for key, number in sorted(by_origin.items()))
    rows = {
        "model": f"{model.label}{' (at work)' if at_work else ''}",
        "digest": model.digest,
        "dataset": f"{lineage.dataset}@{lineage.version} ({lineage.digest[:12]})",
        "documents": f"{len(lineage.documents)}: {documents}",
        "parent": model.parent or "shipped",
        "code": model.code_version,
        "made by": model.command,
        "licence": model.licence,
        "registered": f"{model.registered:%Y-%m-%d %H:%M} by {model.by}",
        "files": ", ".join(f"{file.path} ({file.sha256[:8]}, {file.size:,} bytes)" for file in model.files),
    }
    table = Table(box=None, pad_edge=False, show_header=False)
    for name, value in rows.items():
        table.add_row(cell(name), cell(value))
    return table


def _measured(one: Evaluation) -> Table:
    against = f", beside {one.champion}" if one.champion else ""
    title = f"{one.number}: {one.dataset}@{one.dataset_version}, {one.split} split{against}"
    table = Table(title=cell(title), title_justify="left", box=None, pad_edge=False)
    for name in ("type", "documents", "micro-F1", "difference", "released", "precision", "calibration error"):
        table.add_column(name)
    for name, row in (("all", one.figures.get("all", {})), *one.figures.get("types", {}).items()):
        released = row.get("released") or {}
        scores = (row.get("documents"), _interval(row.get("micro_f1")), _interval(row.get("difference")))
        cells = (*scores, released.get("values"), released.get("precision"), row.get("ece"))
        table.add_row(cell(name), *(cell("" if value is None else str(value)) for value in cells))
    return table


def _interval(one: dict[str, float] | None) -> str:
    return "" if not one else f"{one['value']:.3f} ({one['low']:.3f} to {one['high']:.3f})"
