"""Handing over credentials: once, to a person or to a file that only its owner can read."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from processors import principals
from processors.adapters import tenants
from processors.adapters.tenants import Credential
from processors.commands.exits import CommandError, Exit
from processors.commands.names import agency_names
from processors.commands.screen import cell, line, out, safe
from processors.config import Settings
from processors.pipeline import result_topic
from processors.places import Buckets

Write = Annotated[Path | None, typer.Option(help="Write the credentials as JSON to this new file, and print none.")]

_PURPOSES = {
    "upload": "puts files into the inbox (S3)",
    "consumer": "fetches what results refer to (S3)",
    "kafka": "reads results (Kafka, SCRAM-SHA-512)",
}


def must_be_new(file: Path | None) -> None:
    """See, before anything is made, that credentials could be written here.

    Raises:
        CommandError: something is there already, or the folder is missing.
    """
    if file is None:
        return
    if os.path.lexists(file):
        raise CommandError(Exit.USAGE, f"{file} exists: give a new file with --write.")
    if not os.access(file.parent, os.W_OK):
        raise CommandError(
            Exit.USAGE, f"{file.parent} is no folder that can be written: give another with --write."
        )


def must_be_known(settings: Settings, agency: str) -> None:
    """See that there is such an agency.

    Raises:
        CommandError: there is none.
        DependencyUnavailable: the object store does not answer.
    """
    agency_names((agency,))
    if not tenants.exists(settings, agency):
        raise CommandError(
            Exit.NOT_FOUND, f"There is no agency {agency}. See `chancery agency list`, or add it with `agency add`."
        )


def left_to_strimzi(settings: Settings, agency: str, *, wanted: bool) -> str:
    """What a person must do in Kafka's part, which is Strimzi's; "" where commands make the users there.

    Args:
        settings: of the installation
        agency: whose user it is
        wanted: it is to have access; False: it is to lose it

    Raises:
        DependencyUnavailable: Kafka or the object store does not answer.
    """
    if not settings.kafka_security.secured or settings.kafka_security.makes_users:
        return ""
    user, there = principals.agency_name(agency, settings.prefix), tenants.in_kafka(settings, agency)
    if wanted and there:
        return (
            f"Kafka's user {user} is Strimzi's: its password lies in the Secret {user}, beside Kafka. For another "
            "one, delete that Secret: Strimzi makes it anew."
        )
    if wanted:
        return (
            f"Kafka has no user {user} yet, and this command must not make it: Strimzi would remove it. Put "
            f"{agency} into `agencies` of the chart's values and upgrade the release; the password is in the "
            "Secret of that name."
        )
    if there:
        return (
            f"Kafka's user {user} is Strimzi's and STILL READS ITS RESULTS: take {agency} out of `agencies` of the "
            "chart's values and upgrade the release."
        )
    return ""


def deliver(
    settings: Settings, agency: str, made: Sequence[Credential], file: Path | None, *, as_json: bool
) -> None:
    """Show the new credentials, or write them to `file`."""
    told = _told(settings, agency, made)
    if todo := left_to_strimzi(settings, agency, wanted=True):
        told["kafka_user"] = todo
    if file is not None and made:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with open(descriptor, "w", encoding="utf-8") as opened:  # noqa: PTH123 - a descriptor
            opened.write(json.dumps(told, indent=2) + "\n")
        told = {**told, "credentials": [{"purpose": one.purpose, "user": one.user} for one in made]}
    if as_json:
        line(told)
        return
    console = out()
    if todo:
        console.print(todo, markup=False)
    if not made:
        console.print(f"{agency} has its credentials already, and they are kept nowhere.", markup=False)
        console.print(f"`chancery agency rotate {agency}` makes new ones.", markup=False)
        return
    console.print(f"Agency {agency}: inbox {told['inbox']}, results {told['results']}*", markup=False)
    console.print(
        f"S3 {told['s3']}, Kafka {told['kafka']}; consumer groups begin with {told['groups']}", markup=False
    )
    if file is not None:
        console.print(f"Written to {safe(str(file))}. They are kept nowhere else.", markup=False)
        return
    console.print(_table(made))
    console.print("They are shown this once and kept nowhere.", markup=False)


def _told(settings: Settings, agency: str, made: Sequence[Credential]) -> dict[str, Any]:
    """What an agency needs to know, with whom to trust."""
    prefix = settings.prefix
    return {
        "agency": agency,
        "inbox": Buckets(prefix).inbox(agency),
        "results": prefix + result_topic(agency, ""),
        "groups": principals.group_prefix(agency, prefix),
        "s3": f"{'https' if settings.s3.secure else 'http'}://{settings.s3.endpoint}",
        "kafka": settings.kafka,
        "kafka_security": settings.kafka_security.protocol,
        "ca": settings.s3.ca.read_text(encoding="ascii") if settings.s3.ca else "",
        "credentials": [{"purpose": one.purpose, "user": one.user, "secret": one.secret} for one in made],
    }


def _table(made: Sequence[Credential]) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in ("user", "secret", "for"):
        table.add_column(title, overflow="fold")
    for one in made:
        table.add_row(cell(one.user), cell(one.secret), cell(_PURPOSES[one.purpose]))
    return table
