"""What the functions of `processors.batch` work with; apart, since most commands need no client of Kafka."""

from __future__ import annotations

from processors.adapters.kafka_admin import create_result_topics
from processors.adapters.kafka_cursor import KafkaCursor
from processors.adapters.kafka_topics import KafkaTopics
from processors.adapters.minio_inboxes import MinioInboxes
from processors.adapters.minio_objects import MinioObjects
from processors.batch.doors import Doors
from processors.commands.surroundings import Surroundings
from processors.config import Settings
from processors.fail_points import fail_points
from processors.pipeline import HELD
from processors.places import Buckets
from processors.record.ledger import Ledger


def batch_doors(at: Surroundings) -> Doors:
    """The doors of a command."""
    return doors_of(at.settings, at.ledger)


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
