"""`chancery forge weights`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from processors import config
from processors.adapters.minio_objects import MinioObjects
from processors.commands.exits import CommandError, Exit
from processors.commands.forging import refusals
from processors.commands.screen import counted
from processors.forge.registry import served_weights
from processors.places import Buckets

_DIGEST = re.compile(r"[0-9a-f]{64}")


def run(
    name: Annotated[str, typer.Argument(help="What they are called in the bucket of models, below weights/.")],
    folder: Annotated[Path, typer.Argument(help="Where the model server looks for them.", metavar="DIR")],
    digest: Annotated[str, typer.Option(help="The sha256 that they must have.")],
) -> None:
    """See `processors.commands.forge.COMMANDS`."""
    if not _DIGEST.fullmatch(digest):
        raise CommandError(Exit.USAGE, "--digest must be a sha256: 64 digits 0 to f, in small letters.")
    settings = config.load()
    bucket = Buckets(settings.prefix).models
    with refusals():
        written = served_weights.fetch(MinioObjects(settings.s3), bucket, name, folder, digest)
    typer.echo(f"{name}: {counted(written, 'file')} written, digest {digest[:12]} as wanted")
