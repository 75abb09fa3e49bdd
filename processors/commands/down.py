"""`chancery down`."""

from __future__ import annotations

from typing import Annotated

import typer

from processors import config
from processors.commands.screen import err, line, out, safe
from processors.local import stack


def run(
    wipe: Annotated[bool, typer.Option(help="Remove the servers' data, the ledger and the logs as well.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")] = False,
) -> None:
    """See `processors.cli.COMMANDS`."""
    console = err()
    with console.status("stopping …") as spinner:
        stopped = stack.down(config.load(), wipe=wipe, on_step=lambda step: spinner.update(safe(step)))
    if as_json:
        line({"stopped": stopped, "wiped": wipe})
    else:
        out().print("Stopped." if stopped else "No stack was running.")
