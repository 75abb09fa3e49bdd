"""`chancery forge promote`."""

from __future__ import annotations

from typing import Annotated

import typer

from processors.acts import Act
from processors.commands import operators
from processors.commands.forging import workshop
from processors.commands.gate_table import gate_table
from processors.commands.screen import line, out
from processors.forge.names import exact


def run(
    model: Annotated[str, typer.Argument(help="KIND@VERSION.")],
    by: Annotated[str, typer.Option(help="Who asks.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """See `processors.commands.forge.COMMANDS`."""
    with workshop() as shop:
        kind, version = exact(model)
        gate = shop.gate(shop.registry.model(kind, version))
        # A model reads documents of every agency.
        operators.must_operate(shop.at.settings, by, None)
        with shop.acting(Act.MODEL_REQUESTED, model, by):
            entry = shop.promotions(kind).request(version, by, gate)
    if as_json:
        line(entry.model_dump(mode="json"))
        return
    out().print(gate_table(entry.gate))
    typer.echo(f"asked for; another person puts it to work: chancery forge approve {model} --by NAME")
