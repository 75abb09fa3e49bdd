"""What the audit chain keeps of a record on a topic: ids, places and a hash, and all of an act or a refusal.

Never a value or text of a document: whoever may read the chain need not be one who may read the documents.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from processors.audit.record import Kind, canonical
from processors.errors import EventInvalid
from processors.events import AccessRefused, ActRecorded, Record
from processors.pipeline import ACTS, NOTIFICATIONS, REFUSALS
from processors.places import Buckets
from processors.ports import Incoming
from processors.runtime.codec import decode
from processors.runtime.identity import document_id
from processors.runtime.notification import landed

#: What ids, types, sources and times of ours are made of; anything else was forged, and is not copied.
_NAME = re.compile(r"[A-Za-z0-9/][A-Za-z0-9._:/+-]{0,127}")
_UNREADABLE = "(unreadable)"


class _NotForChains(Exception):
    """No record of a chain can hold what an act or a refusal says, such as 2^60 times: nobody of ours writes it."""


def noted(incoming: Incoming, buckets: Buckets) -> tuple[Kind, dict[str, Any]]:
    """The kind and the body of the record that keeps this one."""
    digest = {"sha256": hashlib.sha256(incoming.value).hexdigest()}
    if incoming.origin.topic == NOTIFICATIONS:
        return "event", digest | _notification(incoming.value, buckets)
    envelope = digest | _envelope(incoming.value)
    try:
        if incoming.origin.topic == ACTS and (act := _whole(incoming.value, ActRecorded)) is not None:
            return "act", envelope | {"act": act}
        if incoming.origin.topic == REFUSALS and (refusal := _whole(incoming.value, AccessRefused)) is not None:
            return "refusal", envelope | {"refusal": refusal}
    except _NotForChains:
        return "event", envelope | {"type": _UNREADABLE}
    return "event", envelope


def _envelope(untrusted: bytes) -> dict[str, str]:
    try:
        event = json.loads(untrusted)
    except (ValueError, RecursionError):
        event = None
    if not isinstance(event, dict):
        return {"type": _UNREADABLE}
    return {
        "event": _name(event.get("id")),
        "type": _name(event.get("type")),
        "stage": _name(event.get("source")).removeprefix("/chancery/"),
        "subject": _name(event.get("subject")),
        "agency": _name(event.get("agency")),
        "run": _name(event.get("runid")),
        "time": _name(event.get("time")),
    }


def _notification(untrusted: bytes, buckets: Buckets) -> dict[str, str]:
    try:
        found = landed(untrusted)
    except EventInvalid:
        return {"type": _UNREADABLE}
    if not found:
        return {"type": "s3:other"}
    # MinIO announces one version at a time. Its key stays out: a file's name may tell of a person.
    one = found[0]
    return {
        "type": "s3:ObjectCreated",
        "subject": document_id(one.bucket, one.key, one.version_id),
        "agency": buckets.agency_of(one.bucket) or "",
    }


def _whole(untrusted: bytes, kind: type[Record]) -> dict[str, Any] | None:
    try:
        data = decode(untrusted).data
    except EventInvalid:
        return None
    if not isinstance(data, kind):
        return None
    whole = data.model_dump(mode="json", exclude={"document"})
    try:
        canonical(whole)
    except ValueError:
        # Found here, and not where the chain is written: there one such record would stop it for good.
        raise _NotForChains from None
    return whole


def _name(untrusted: object) -> str:
    if untrusted is None or untrusted == "":
        return ""
    return untrusted if isinstance(untrusted, str) and _NAME.fullmatch(untrusted) else _UNREADABLE
