"""`chancery forge train`."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from processors.commands.forging import Workshop, bar, workshop
from processors.commands.screen import line
from processors.forge.names import exact, parse
from processors.forge.registry.models_at_work import held
from processors.forge.registry.training_run import FOR_TRAINING, Base, Plan, train
from processors.forge.registry.weights import shipped_digest
from processors.forge.trainers import kind as known_kind
from processors.forge.trainers import shipped, special_type


def run(
    kind: Annotated[str, typer.Argument(help="classifier, reader, reader-TYPE or language.")],
    dataset: Annotated[str, typer.Option(help="NAME, or NAME@VERSION.")],
    out: Annotated[Path, typer.Option(help="Folder of the candidate; empty, or not there yet.")],
    base: Annotated[str, typer.Option(help="Registered model to begin with; else the shipped one.")] = "",
    types: Annotated[str, typer.Option(help="Document types to train, with commas; else all.")] = "",
    seed: Annotated[int, typer.Option(help="The same seed gives the same model.")] = 0,
    licence: Annotated[str, typer.Option(help="Of the model.")] = "internal",
    register: Annotated[str, typer.Option(help="Register it at once, in this person's name.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """See `processors.commands.forge.COMMANDS`."""
    with workshop() as shop, tempfile.TemporaryDirectory() as scratch, bar("training") as tell:
        known_kind(kind)
        manifest = shop.datasets.manifest(*parse(dataset))
        folder = Path(scratch) / "dataset"
        shop.datasets.fetch(manifest, folder, FOR_TRAINING, lambda done, of: tell("fetching", done / of))
        plan = Plan(
            kind=kind,
            types=tuple(name for name in (types or special_type(kind)).split(",") if name),
            seed=seed,
            licence=licence,
            command=_command(kind, manifest.label, base, types, seed),
        )
        candidate = train(plan, folder, _base(shop, kind, base), out, tell)
        model = shop.registry.register(out, register) if register else None
    if as_json:
        line({"folder": str(out), "digest": candidate.digest, "model": model.label if model else None})
        return
    typer.echo(f"{kind} trained on {manifest.label} ({len(candidate.lineage.documents)} documents): {out}")
    typer.echo(
        f"registered as {model.label}" if model else f"keep it with: chancery forge register {out} --by NAME"
    )


def _command(kind: str, dataset: str, base: str, types: str, seed: int) -> str:
    """What makes the same model again; without the folders of this machine that were typed."""
    words = [f"chancery forge train {kind} --dataset {dataset}", f"--base {base}" if base else ""]
    words += [f"--types {types}" if types else "", f"--seed {seed}"]
    return " ".join(word for word in words if word)


def _base(shop: Workshop, kind: str, label: str) -> Base | None:
    """The model to begin with: the one that was named, else the shipped one, else none."""
    if label:
        model = shop.registry.model(*exact(label))
        return Base(held(shop.registry, model, shop.at.settings.home), model.label, model.digest)
    folder = shipped(shop.at.settings.models, kind)
    digest = shipped_digest(folder)
    return Base(folder, "", digest) if digest else None
