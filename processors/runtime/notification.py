"""Bucket notifications: the S3 event JSON that MinIO writes to Kafka, read with distrust.

Anyone who may write to the topic can forge one, so it is a hint to look at an object version and nothing more.
Measured facts behind the details: the key is query-escaped (a space is "+"); zero-byte objects carry no size;
removals are announced too when a rule asks for them.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from urllib.parse import unquote_plus

from processors.errors import EventInvalid
from processors.names import KEY_BYTES, key_fault

#: "null" is a version from before the bucket kept versions.
_VERSION = re.compile(r"(?:null|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})?")


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
        return tuple(
            Landed(
                bucket=_text(record["s3"]["bucket"]["name"]),
                key=_key(_text(unquote_plus(record["s3"]["object"]["key"]))),
                version_id=_version(_text(record["s3"]["object"].get("versionId", ""))),
            )
            for record in records
            if record["eventName"].startswith("s3:ObjectCreated:")
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise EventInvalid(type(error).__name__) from None


def _key(untrusted: str) -> str:
    """A key that an object can have; one that ends in "/" is a folder that somebody made in the console.

    MinIO answers a look at any other key as it answers when it is out of order: it would be waited for without end.
    """
    if len(untrusted.encode()) > KEY_BYTES or key_fault(untrusted.removesuffix("/")):
        raise ValueError
    return untrusted


def _version(untrusted: str) -> str:
    """A version id of MinIO, for the same reason."""
    if not _VERSION.fullmatch(untrusted):
        raise ValueError
    return untrusted


def _text(untrusted: object) -> str:
    """Text that can be written down again: JSON may hold half a surrogate pair, which no UTF-8 can."""
    if not isinstance(untrusted, str):
        raise TypeError
    untrusted.encode()
    return untrusted
