"""Looks up what the forms of DAGs offer; where that is kept, see `choices.py`."""

from __future__ import annotations

from processors import document_types
from processors.adapters.minio_inboxes import MinioInboxes
from processors.adapters.minio_objects import MinioObjects
from processors.config import Settings
from processors.orchestration import versions
from processors.orchestration.choices import Choices
from processors.places import Buckets
from processors.ports import Inboxes, Objects


def here(settings: Settings) -> Choices:
    """What there is to offer, for who has no doors open.

    Raises:
        DependencyUnavailable: the object store does not answer.
        ModelUnfit: the log of promotions was changed.
    """
    store = MinioObjects(settings.s3)
    return found(settings, store, MinioInboxes(store, Buckets(settings.prefix), settings.notification_arns))


def found(settings: Settings, objects: Objects, inboxes: Inboxes) -> Choices:
    """The same through these doors."""
    known = versions.at_work(settings, objects)
    agencies, types = sorted(inboxes.agencies()), sorted(document_types.load(settings.document_types))
    return Choices(tuple(agencies), tuple(types), tuple(versions.words(known)))
