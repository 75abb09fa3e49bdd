"""`chancery forge evaluate`."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from processors.commands.exits import CommandError, Exit
from processors.commands.forging import bar, workshop
from processors.commands.gate_table import gate_table
from processors.commands.screen import line, out
from processors.commands.threshold_table import threshold_table, thresholds
from processors.forge.names import exact, parse
from processors.forge.registry.evaluations import Evaluations
from processors.forge.registry.gate import Condition, passed
from processors.forge.registry.registry import evaluations_folder
from processors.forge.samples import SPLITS


def run(
    model: Annotated[str, typer.Argument(help="KIND@VERSION.")],
    dataset: Annotated[str, typer.Option(help="NAME, or NAME@VERSION.")],
    split: Annotated[
        str, typer.Option(help="train, dev, or test: every look at test is kept and counted.")
    ] = "dev",
    report: Annotated[Path | None, typer.Option(help="Write the report here too.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """See `processors.commands.forge.COMMANDS`."""
    if split not in SPLITS:
        raise CommandError(Exit.USAGE, f"{split!r} is no split; there are: {', '.join(SPLITS)}.")
    with workshop() as shop, tempfile.TemporaryDirectory() as scratch:
        found = shop.registry.model(*exact(model))
        manifest = shop.datasets.manifest(*parse(dataset))
        folder = Path(scratch) / "dataset"
        with bar("judging") as tell:
            shop.datasets.fetch(manifest, folder, (split,), lambda done, of: tell("fetching", done / of / 2))
            tell("judging", 0.5)
            evaluations = Evaluations(shop.registry, found)
            champion = shop.champion(found.kind)
            one = evaluations.run(shop.models_with(found), champion, manifest, folder, split)
        place = f"{evaluations_folder(found.kind, found.version)}/{one.number:06}.html"
        if report is not None:
            report.write_bytes(shop.registry.read(place))
        limits = thresholds(one.figures, shop.thresholds)
        gate: tuple[Condition, ...] = ()
        if split == "test":
            gate = shop.gate(found)(shop.promotions(found.kind).champion())
    if as_json:
        told = one.model_dump(mode="json", exclude={"documents"})
        line(
            {**told, "gate": [condition.model_dump() for condition in gate], "report": place, "thresholds": limits}
        )
        return
    console = out()
    if gate:
        console.print(gate_table(gate))
        console.print(f"the gate {'lets it through' if passed(gate) else 'refuses it'}")
    else:
        console.print(f"kept as evaluation {one.number}: see `chancery forge show {found.label}`")
    if limits:
        console.print(threshold_table(limits))
    console.print(f"report: {place} in the bucket of models", soft_wrap=True)
