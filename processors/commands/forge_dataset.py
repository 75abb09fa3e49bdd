"""`chancery forge dataset`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from processors.commands import forge_build
from processors.commands.forging import bar, refusals, workshop
from processors.commands.screen import cell, counted, line, out
from processors.forge.names import parse
from processors.forge.registry.training_run import FOR_TRAINING
from processors.forge.samples import SPLITS, Sample

run = typer.Typer(
    help="Build, list, show and fetch datasets.",
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
run.command("build", help="Make the next version of a dataset, from labels, from reviews, or from both.")(
    forge_build.run
)


@run.command("list", help="List the datasets.")
def listed(as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False) -> None:
    """Every dataset with its newest version."""
    with workshop() as shop:
        found = [(shop.datasets.manifest(name), shop.datasets.versions(name)) for name in shop.datasets.names()]
    if as_json:
        line({"datasets": [newest.model_dump(mode="json") for newest, _ in found]})
        return
    table = Table(box=None, pad_edge=False)
    for title in ("dataset", "versions", "documents", "created", "digest"):
        table.add_column(title)
    for newest, versions in found:
        created = f"{newest.created:%Y-%m-%d %H:%M}"
        row = (newest.label, str(len(versions)), str(newest.documents), created, newest.digest[:12])
        table.add_row(*map(cell, row))
    out().print(table if found else "No datasets yet. Build one with `chancery forge dataset build`.")


@run.command("show", help="Count a dataset's documents by type, split, origin and licence.")
def show(
    dataset: Annotated[str, typer.Argument(help="NAME, or NAME@VERSION.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """One version; the newest where none is said."""
    name, version = parse_or_stop(dataset)
    with workshop() as shop:
        manifest = shop.datasets.manifest(name, version)
        samples = shop.datasets.samples(manifest)
    types = _by_split(samples)
    counts = {
        "origins": dict(Counter(one.origin for one in samples)),
        "licences": dict(Counter(one.licence or "not stated" for one in samples)),
    }
    if as_json:
        line({**manifest.model_dump(mode="json"), "types": types, **counts})
        return
    console = out()
    console.print(f"{manifest.label}: {counted(manifest.documents, 'document')}, digest {manifest.digest[:12]}")
    table = Table(box=None, pad_edge=False)
    table.add_column("type", overflow="fold")
    for part in SPLITS:
        table.add_column(part, justify="right")
    for kind, row in sorted(types.items()):
        table.add_row(cell(kind), *(str(row[part]) for part in SPLITS))
    console.print(table)
    for title, rows in counts.items():
        told = ", ".join(f"{key}: {number}" for key, number in sorted(rows.items()))
        console.print(cell(f"{title}: {told}"))


@run.command("fetch", help="Write a dataset to a folder.")
def fetch(
    dataset: Annotated[str, typer.Argument(help="NAME, or NAME@VERSION.")],
    folder: Annotated[Path, typer.Argument(help="Where to.", metavar="DIR")],
    for_training: Annotated[bool, typer.Option("--for-training", help="Leave the locked test split out.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Pages and labels, of all parts or of those that training may see."""
    name, version = parse_or_stop(dataset)
    with workshop() as shop, bar("fetching") as tell:
        manifest = shop.datasets.manifest(name, version)
        splits = FOR_TRAINING if for_training else SPLITS
        chosen = shop.datasets.fetch(manifest, folder, splits, lambda done, of: tell("fetching", done / of))
    if as_json:
        line({"dataset": manifest.label, "folder": str(folder), "documents": len(chosen), "splits": splits})
    else:
        typer.echo(f"{counted(len(chosen), 'document')} of {manifest.label} in {folder}")


def parse_or_stop(text: str) -> tuple[str, int | None]:
    """Name and version; ends the command where it is written otherwise."""
    with refusals():
        return parse(text)


def _by_split(samples: Iterable[Sample]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for one in samples:
        row = found.setdefault(one.type, dict.fromkeys(SPLITS, 0))
        row[one.split] += 1
    return found
