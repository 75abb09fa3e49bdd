"""The agencies' inboxes behind `ports.Inboxes`: listing their versions, and the rules by which they announce."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from minio.commonconfig import ENABLED
from minio.notificationconfig import NotificationConfig, QueueConfig
from minio.versioningconfig import VersioningConfig

from processors.adapters.minio_objects import MinioObjects, translating
from processors.errors import DependencyUnavailable
from processors.places import Buckets
from processors.ports import Version

#: What must be announced. The store answers with the names that the wildcard stands for, or with itself.
_CREATED = "s3:ObjectCreated:*"
_CLOCK = "reconcile/clock"


class MinioInboxes:
    """See `ports.Inboxes`."""

    def __init__(self, store: MinioObjects, buckets: Buckets, arns: Sequence[str]) -> None:
        """Use a store.

        Args:
            store: the object store
            buckets: their names
            arns: where each inbox must announce what lands
        """
        self._store, self._buckets, self._arns = store, buckets, tuple(arns)

    def now(self) -> datetime:
        """See `ports.Inboxes`. To the second, rounded down."""
        self._store.put(self._buckets.work, _CLOCK, b"", "text/plain")
        written = self._store.info(self._buckets.work, _CLOCK)
        if written is None:
            raise DependencyUnavailable("object store: written, and not there")
        return written.modified

    def agencies(self) -> tuple[str, ...]:
        """See `ports.Inboxes`."""
        with translating():
            found = (self._buckets.agency_of(bucket.name) for bucket in self._store.client.list_buckets())
            return tuple(sorted(agency for agency in found if agency))

    def versions(self, agency: str) -> Iterator[Version]:
        """See `ports.Inboxes`. A thousand with each request; the newest of a key first."""
        with translating():
            for found in self._store.client.list_objects(
                self._buckets.inbox(agency), recursive=True, include_version=True
            ):
                yield Version(
                    str(found.object_name), str(found.version_id), found.last_modified, found.is_delete_marker
                )

    def faults(self, agency: str) -> tuple[str, ...]:
        """See `ports.Inboxes`."""
        bucket = self._buckets.inbox(agency)
        with translating():
            versioning = self._store.client.get_bucket_versioning(bucket).status
            rules = self._store.client.get_bucket_notification(bucket).queue_config_list
        announced = {rule.queue for rule in rules if _is_whole(rule)}
        silent = [f"{bucket} announces nothing to {arn}" for arn in self._arns if arn not in announced]
        return (*(() if versioning == ENABLED else (f"{bucket} keeps no versions",)), *silent)

    def mend(self, agency: str) -> None:
        """See `ports.Inboxes`."""
        bucket, client = self._buckets.inbox(agency), self._store.client
        with translating():
            if client.get_bucket_versioning(bucket).status != ENABLED:
                client.set_bucket_versioning(bucket, VersioningConfig(ENABLED))
            rules = client.get_bucket_notification(bucket)
            # A rule of ours that covers a part overlaps with the whole one, which the store refuses.
            others = [rule for rule in rules.queue_config_list if rule.queue not in self._arns]
            ours = [QueueConfig(queue=arn, events=[_CREATED]) for arn in self._arns]
            client.set_bucket_notification(
                bucket,
                NotificationConfig(
                    cloud_func_config_list=rules.cloud_func_config_list,
                    queue_config_list=[*others, *ours],
                    topic_config_list=rules.topic_config_list,
                ),
            )


def _is_whole(rule: Any) -> bool:
    """Whether a rule announces everything that lands, whatever its name."""
    narrowed = rule.prefix_filter_rule is not None or rule.suffix_filter_rule is not None
    return _CREATED in rule.events and not narrowed
