"""Putting a document before the door again, by the means that it came by, so that nothing downstream can tell.

An upload is announced with a record in the form that MinIO writes: intake has one way in, with one distrust and one
claim, and a comparison that errs costs a record and no result. A file that was found inside another is announced by
the event that announced it first, under the same id.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus

from processors.events import DocumentId, Event, Original
from processors.pipeline import NOTIFICATIONS
from processors.ports import Outgoing, Topics
from processors.runtime import writing
from processors.runtime.identity import document_id

#: Says who announced it, to people who read the topic.
_SOURCE = "chancery:reconcile"
#: Records in one go to Kafka.
CHUNK = 500


def announcement(bucket: str, key: str, version_id: str) -> Outgoing:
    """The record that announces an object version, keyed as MinIO keys its own."""
    thing = {"key": quote_plus(key), "versionId": version_id}
    record = {
        "eventVersion": "2.0",
        "eventSource": _SOURCE,
        "eventName": "s3:ObjectCreated:Put",
        "s3": {"s3SchemaVersion": "1.0", "bucket": {"name": bucket}, "object": thing},
    }
    value = {"EventName": record["eventName"], "Key": f"{bucket}/{key}", "Records": [record]}
    return Outgoing(NOTIFICATIONS, f"{bucket}/{key}".encode(), json.dumps(value).encode())


def to_the_door(document: DocumentId, ancestors: int, now: datetime) -> Outgoing | None:
    """The record that brings a document before the door again; None if its names are not those that it came under.

    Args:
        document: as the ledger knows it
        ancestors: how many documents enclose it
        now: when the event of an enclosed file is said to have happened
    """
    original = document.original
    # The ledger writes names down in a form that every database takes: another name would be another document.
    if document_id(original.bucket, original.key, original.version_id) != document.id:
        return None
    if not document.parent:
        return announcement(original.bucket, original.key, original.version_id)
    fresh = Original(
        bucket=original.bucket,
        key=original.key,
        name=original.name,
        version_id=original.version_id,
        size=original.size,
    )
    again = document.model_copy(update={"original": fresh, "depth": ancestors})
    event: Event[Any] = writing.enclosed(again, writing.step("intake"), now)
    return writing.outgoing(event)


def write(topics: Topics, records: Sequence[Outgoing]) -> None:
    """Write records, not all at once."""
    for start in range(0, len(records), CHUNK):
        topics.write(records[start : start + CHUNK])
