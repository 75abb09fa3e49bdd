"""`chancery audit keys`."""

from __future__ import annotations

from typing import Annotated

import typer

from processors import config
from processors.audit import keys
from processors.commands.exits import CommandError, Exit
from processors.commands.screen import line


def run(
    make: Annotated[bool, typer.Option("--make", help="Make a key where there is none.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """See `processors.commands.audit.COMMANDS`."""
    path = config.load().audit.key
    try:
        made = keys.ensure(path) if make else False
        public = keys.load(path).public_key()
    except keys.KeyUnusableError as error:
        raise CommandError(Exit.BAD_SETTING, str(error)) from None
    told = {
        "made": made,
        "private": str(path),
        "public": str(keys.public_file(path)),
        "fingerprint": keys.fingerprint(public),
    }
    if as_json:
        line(told | {"pem": keys.public_pem(public).decode()})
        return
    if made:
        typer.echo("A new key was made. Keep a copy of its public half, or of the fingerprint, in another place.")
    typer.echo(f"private key  {told['private']}\npublic key   {told['public']}\nfingerprint  {told['fingerprint']}")
    typer.echo(keys.public_pem(public).decode(), nl=False)
