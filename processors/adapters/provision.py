"""Making what an installation needs before its first document: topics, buckets, notification rules.

Everything here may be done again without harm.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from minio.commonconfig import ENABLED, Filter
from minio.error import S3Error
from minio.lifecycleconfig import Expiration, LifecycleConfig, Rule
from minio.notificationconfig import NotificationConfig, QueueConfig
from minio.versioningconfig import VersioningConfig

from processors import pipeline
from processors.adapters import kafka_admin
from processors.adapters.minio_objects import MinioObjects, translating
from processors.config import Settings
from processors.document_types import load
from processors.places import Buckets

#: Marks and kept outcomes are of no use once every record that could repeat the work is gone from the topics (in a
#: week by default). Claims and ends stay: an upload that is announced again after a year must not end again.
_WORK_LIFE = timedelta(days=30)


def create_topics(settings: Settings) -> None:
    """Create every topic of the table, and the result topics of the configured agencies."""
    fixed = {
        settings.prefix + topic.name: kafka_admin.partitions(settings, topic)
        for topic in pipeline.TOPICS
        if topic.name != pipeline.RESULTS
    }
    kafka_admin.create_topics(settings.kafka, fixed, security=settings.kafka_security)
    for agency in settings.agencies:
        create_result_topics(settings, agency)


def create_result_topics(settings: Settings, agency: str) -> None:
    """Create one result topic for each document type."""
    kafka_admin.create_result_topics(
        settings, [pipeline.result_topic(agency, name) for name in load(settings.document_types)]
    )


def set_up_buckets(settings: Settings, arns: Sequence[str]) -> None:
    """Create the buckets, and the configured agencies' inboxes, which announce what lands to all of `arns`."""
    store, buckets = MinioObjects(settings.s3), Buckets(settings.prefix)
    with translating():
        _make(store, buckets.documents, object_lock=True)
        _make(store, buckets.work)
        _make(store, buckets.datasets)
        store.client.set_bucket_versioning(buckets.datasets, VersioningConfig(ENABLED))
        _make(store, buckets.models, object_lock=True)
        _make(store, buckets.audit, object_lock=True)
        store.client.set_bucket_lifecycle(
            buckets.work,
            LifecycleConfig(
                [
                    Rule(
                        ENABLED,
                        rule_filter=Filter(prefix=f"{kind}/"),
                        rule_id=f"{kind}-expire",
                        expiration=Expiration(days=_WORK_LIFE.days),
                    )
                    for kind in ("attempts", "outcomes")
                ]
            ),
        )
        for agency in settings.agencies:
            _inbox(store, buckets.inbox(agency), arns)


def add_agency(settings: Settings, agency: str) -> None:
    """Create an agency's inbox and result topics. The inbox comes last: nothing lands before it can be answered."""
    create_result_topics(settings, agency)
    store = MinioObjects(settings.s3)
    with translating():
        _inbox(store, Buckets(settings.prefix).inbox(agency), settings.notification_arns)


def _inbox(store: MinioObjects, bucket: str, arns: Sequence[str]) -> None:
    _make(store, bucket)
    # Without versions an overwrite makes the first announcement point at bytes that are gone.
    store.client.set_bucket_versioning(bucket, VersioningConfig(ENABLED))
    store.client.set_bucket_notification(
        bucket,
        NotificationConfig(
            queue_config_list=[QueueConfig(queue=arn, events=["s3:ObjectCreated:*"]) for arn in arns]
        ),
    )


def _make(store: MinioObjects, bucket: str, *, object_lock: bool = False) -> None:
    try:
        if not store.client.bucket_exists(bucket):
            store.client.make_bucket(bucket, object_lock=object_lock)
    except S3Error as error:
        if error.code != "BucketAlreadyOwnedByYou":
            raise
