"""`chancery forge rollback`."""

from __future__ import annotations

from typing import Annotated

import typer

from processors.acts import Act
from processors.commands import operators
from processors.commands.forging import workshop
from processors.commands.screen import line


def run(
    kind: Annotated[str, typer.Argument(help="classifier, reader or language.")],
    by: Annotated[str, typer.Option(help="Who decides.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """See `processors.commands.forge.COMMANDS`."""
    with workshop() as shop:
        # A model reads documents of every agency.
        operators.must_operate(shop.at.settings, by, None)
        with shop.acting(Act.MODEL_ROLLED_BACK, kind, by, reason):
            entry = shop.promotions(kind).roll_back(by, reason)
    if as_json:
        line(entry.model_dump(mode="json"))
        return
    to = f"{kind}@{entry.version}" if entry.version else f"the shipped {kind}"
    typer.echo(f"back from {kind}@{entry.before} to {to}, from the next start of each worker on")
