"""Looks up what the forms of DAGs offer, and writes it where they read it: see `choices.py`."""

from __future__ import annotations

from processors import document_types
from processors.adapters.minio_inboxes import MinioInboxes
from processors.adapters.minio_objects import MinioObjects
from processors.config import Settings
from processors.orchestration import choices, versions
from processors.orchestration.choices import Choices
from processors.places import Buckets
from processors.ports import Inboxes, Objects


def refresh(settings: Settings) -> None:
    """Look and write.

    Raises:
        DependencyUnavailable: the object store does not answer.
        ModelUnfit: the log of promotions was changed.
    """
    store = MinioObjects(settings.s3)
    write(settings, store, MinioInboxes(store, Buckets(settings.prefix), settings.notification_arns))


def write(settings: Settings, objects: Objects, inboxes: Inboxes) -> dict[str, str]:
    """Look through these doors and write; the versions that are at work, see `versions.at_work`."""
    known = versions.at_work(settings, objects)
    agencies, types = sorted(inboxes.agencies()), sorted(document_types.load(settings.document_types))
    choices.write(settings, Choices(tuple(agencies), tuple(types), tuple(versions.words(known))))
    return known
