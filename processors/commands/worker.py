"""`chancery worker`."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from processors import config
from processors.runtime import main


def run(
    stage: Annotated[
        Literal["intake", "ocr", "classify", "extract", "publish", "record", "audit", "refusals", "observe"],
        typer.Argument(help="The stage."),
    ],
    slot: Annotated[int, typer.Option(min=0, help="Which of the stage's workers; fixes its transactional id.")],
    lanes: Annotated[
        Literal["all", "live", "reprocessing"],
        typer.Option(help="Which documents of its stage it works on; nobody but a stage's workers has lanes."),
    ] = "all",
) -> None:
    """See `processors.cli.COMMANDS`."""
    raise typer.Exit(main.run(stage, slot, config.load(), lanes=lanes))
