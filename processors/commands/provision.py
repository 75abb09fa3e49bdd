"""`chancery provision`: what an installation on servers of others needs before its first document."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from processors import config
from processors.adapters import provision, worker_users
from processors.commands.exits import CommandError, Exit


def run(
    topics: Annotated[bool, typer.Option("--topics", help="Make the topics.")] = False,
    buckets: Annotated[
        bool, typer.Option("--buckets", help="Make the buckets, their locks, versions, and what inboxes announce.")
    ] = False,
    kafka_users: Annotated[
        Path | None, typer.Option(help="Make Kafka's users and their rights; their passwords, a file each.")
    ] = None,
    store_users: Annotated[
        Path | None, typer.Option(help="Make the object store's users and policies; their secrets, a file each.")
    ] = None,
) -> None:
    """See `processors.cli.COMMANDS`."""
    steps: list[tuple[str, Callable[[], None]]] = []
    settings = config.load()
    # In the order of the local stack: the store signs in to Kafka, to announce what lands in its inboxes.
    if topics:
        steps.append(("topics", lambda: provision.create_topics(settings)))
    if kafka_users is not None:
        passwords = secrets_in(kafka_users)
        steps.append(("Kafka's users", lambda: worker_users.make_in_kafka(settings, passwords)))
    if buckets:
        steps.append(("buckets", lambda: provision.set_up_buckets(settings, settings.notification_arns)))
    if store_users is not None:
        secrets = secrets_in(store_users)
        steps.append(("the object store's users", lambda: worker_users.make_in_store(settings, secrets)))
    if not steps:
        raise CommandError(Exit.USAGE, "Say what to make, such as --topics --buckets; see --help.")
    for name, step in steps:
        step()
        typer.echo(f"{name}: there")


def secrets_in(folder: Path) -> Callable[[str], str]:
    """Where a user's secret is looked up: in the file of that name.

    Raises:
        CommandError: by what is returned, where there is no such file or nothing is in it.
    """

    def secret(user: str) -> str:
        try:
            found = (folder / user).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            told = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
            # Not chained: the error of a text that is none would quote it.
            raise CommandError(
                Exit.BAD_SETTING, f"{folder / user} must hold the secret of {user}: {told}."
            ) from None
        if not found:
            raise CommandError(Exit.BAD_SETTING, f"{folder / user} must hold the secret of {user}: it is empty.")
        return found

    return secret
