"""Opens what the functions of `processors.batch` work with, for a command and for a task of a DAG."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from processors import config
from processors.adapters.kafka_admin import create_result_topics
from processors.adapters.kafka_cursor import KafkaCursor
from processors.adapters.kafka_topics import KafkaTopics
from processors.adapters.kafka_writer import KafkaWriter
from processors.adapters.minio_inboxes import MinioInboxes
from processors.adapters.minio_objects import MinioObjects
from processors.adapters.minio_vault import MinioVault
from processors.batch.doors import Doors
from processors.config import Settings
from processors.fail_points import fail_points
from processors.pipeline import HELD
from processors.places import Buckets
from processors.ports import Vault
from processors.record.ledger import Ledger
from processors.runtime.acting import Acts


@dataclass(frozen=True)
class Opened:
    """What a task works with."""

    settings: Settings
    doors: Doors
    #: where people's acts are kept, see `runtime/acting.py`
    acts: Acts


@contextmanager
def opened() -> Iterator[Opened]:
    """The doors of a process whose environment names its servers.

    Raises:
        SettingInvalid: a variable holds a value that cannot be used.
        DependencyUnavailable: the database does not answer.
    """
    settings = config.load()
    with (
        Ledger.open(settings.database) as ledger,
        KafkaWriter(settings.kafka, settings.prefix, settings.kafka_security) as acts,
    ):
        yield Opened(settings, doors_of(settings, ledger), acts)


def vault_of(settings: Settings) -> Vault:
    """Every version of what is stored, for a task that places holds or disposes."""
    return MinioVault(MinioObjects(settings.s3))


def doors_of(settings: Settings, ledger: Ledger) -> Doors:
    """The same from settings, as a scheduled job has them."""
    store, buckets = MinioObjects(settings.s3), Buckets(settings.prefix)
    return Doors(
        objects=store,
        inboxes=MinioInboxes(store, buckets, settings.notification_arns),
        topics=KafkaTopics(settings.kafka, settings.prefix, settings.kafka_security),
        ledger=ledger,
        buckets=buckets,
        ensure_topic=lambda name: create_result_topics(settings, [name]),
        cursors=lambda name, number: KafkaCursor(
            settings.kafka,
            name=name,
            number=number,
            topic=HELD,
            prefix=settings.prefix,
            security=settings.kafka_security,
            fail_point=fail_points("reprocess", settings.fail_points),
        ),
    )
