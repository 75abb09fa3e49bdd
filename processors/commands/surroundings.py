"""What a command works with: the settings, pointed at the running stack, and the doors that they open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from processors import config
from processors.adapters.kafka_writer import KafkaWriter
from processors.adapters.minio_objects import MinioObjects
from processors.commands.exits import CommandError, Exit
from processors.config import Settings
from processors.local import stack
from processors.local.environment import external
from processors.ports import Objects
from processors.record.ledger import Ledger
from processors.runtime.acting import Acts


@dataclass(frozen=True)
class Surroundings:
    """Open doors."""

    settings: Settings
    objects: Objects
    ledger: Ledger
    #: the servers are those of the local stack, so that an agency may be added on the fly
    local: bool
    #: where people's acts are kept, see `runtime/acting.py`
    acts: Acts


@contextmanager
def around() -> Iterator[Surroundings]:
    """The surroundings of a command that needs the servers.

    Raises:
        CommandError: the stack is not up, and no servers are named in the environment.
    """
    settings, local = reached()
    with (
        Ledger.open(settings.database) as ledger,
        KafkaWriter(settings.kafka, settings.prefix, settings.kafka_security) as acts,
    ):
        yield Surroundings(settings, MinioObjects(settings.s3), ledger, local, acts)


def reached() -> tuple[Settings, bool]:
    """The settings with the endpoints that answer, and whether these are the local stack's.

    Raises:
        CommandError: the stack is not up, and no servers are named in the environment.
    """
    settings = config.load()
    running = stack.running(settings.home)
    if running is not None:
        return stack.connected(settings, running), True
    if external("CHANCERY_KAFKA") and external("CHANCERY_S3"):
        return settings, False
    raise CommandError(
        Exit.UNAVAILABLE,
        f"No stack runs in {settings.home}. Start it with `chancery up`, "
        "or name servers that run in CHANCERY_KAFKA and CHANCERY_S3.",
    )
