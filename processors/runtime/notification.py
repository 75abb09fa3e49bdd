"""Bucket notifications: the S3 event JSON that MinIO writes to Kafka, read with distrust.

Anyone who may write to the topic can forge one, so it is a hint to look at an object version and nothing more.
Measured facts behind the details: the key is query-escaped (a space is "+"); zero-byte objects carry no size;
removals are announced too when a rule asks for them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import unquote_plus

from processors.errors import EventInvalid
from processors.runtime.identity import is_object


@dataclass(frozen=True)
class Landed:
    """An object version that is said to have landed."""

    bucket: str
    #: untrusted: chosen by the sender
    key: str
    #: "" when the bucket keeps no versions
    version_id: str


def landed(value: bytes) -> tuple[Landed, ...]:
    """The object versions that a notification announces; empty for other kinds of events.

    Raises:
        EventInvalid: the bytes are no S3 event.
    """
    try:
        records = json.loads(value)["Records"]
        said = tuple(
            Landed(
                bucket=_text(record["s3"]["bucket"]["name"]),
                key=_text(unquote_plus(record["s3"]["object"]["key"])),
                version_id=_text(record["s3"]["object"].get("versionId", "")),
            )
            for record in records
            if record["eventName"].startswith("s3:ObjectCreated:")
        )
        if not all(is_object(one.key, one.version_id) for one in said):
            raise ValueError
        return said
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise EventInvalid(type(error).__name__) from None


def _text(untrusted: object) -> str:
    """Text that can be written down again: JSON may hold half a surrogate pair, which no UTF-8 can."""
    if not isinstance(untrusted, str):
        raise TypeError
    untrusted.encode()
    return untrusted
