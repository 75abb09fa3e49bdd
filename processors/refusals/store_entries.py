"""The object store's audit entries: which of them tell of a refusal, and the line that is kept of it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from processors.refusals.refusal import Outcome, Refusal, cleaned, owner

#: HTTP: not signed in, and not allowed
_REFUSED = (401, 403)
#: What is answered with 200 and with nothing in it, or with a refusal for each object, to who may do nothing of it.
#: No agency and no worker may do any of it.
_FILTERED = ("ListBuckets", "DeleteMultipleObjects")
_MAY_NOT = ("agency.", "worker.")


def refused(untrusted: Mapping[str, Any], prefix: str) -> Refusal | None:
    """The refusal that an entry tells of; None where the request was answered.

    Args:
        untrusted: an entry of MinIO's audit log; whatever a client sent may stand in it
        prefix: of the installation
    """
    api = untrusted.get("api")
    if not isinstance(api, dict):
        return None
    # Temporary keys are somebody's.
    principal = cleaned(untrusted.get("parentUser") or untrusted.get("accessKey"))
    outcome: Outcome = "refused"
    if api.get("statusCode") not in _REFUSED:
        if api.get("name") not in _FILTERED or not principal.startswith(tuple(prefix + who for who in _MAY_NOT)):
            return None
        outcome = "filtered"
    bucket, name = cleaned(api.get("bucket")), api.get("object") or _first(api.get("objects"))
    return Refusal(
        server="store",
        principal=principal,
        operation=cleaned(api.get("name")),
        thing=bucket,
        agency=_agency(bucket, name, prefix),
        address=cleaned(untrusted.get("remotehost")),
        at=_time(untrusted.get("time")),
        object=_digest(name),
        outcome=outcome,
    )


def identity(untrusted: Mapping[str, Any]) -> str:
    """What tells a request from others: MinIO sends an entry again whose answer it did not get."""
    return cleaned(untrusted.get("requestID"), 40)


def line(refusal: Refusal, request: str) -> str:
    """The line that is kept until it is counted."""
    return json.dumps(asdict(refusal) | {"at": refusal.at.isoformat(), "request": request})


def parse(text: str) -> Refusal | None:
    """A line of `line` read back; None where it was cut off by a kill."""
    try:
        told = json.loads(text)
        told.pop("request")
        return Refusal(**told | {"at": datetime.fromisoformat(told["at"])})
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def request_of(text: str) -> str:
    """The request of a line; "" where it was cut off."""
    try:
        return str(json.loads(text)["request"])
    except (ValueError, KeyError, TypeError):
        return ""


def _first(untrusted: object) -> object:
    """The first of many objects, where a request names many."""
    one = untrusted[0] if isinstance(untrusted, list) and untrusted else None
    return one.get("objectName") if isinstance(one, dict) else None


def _agency(bucket: str, name: object, prefix: str) -> str:
    if bucket == f"{prefix}documents" and isinstance(name, str):
        return owner(name, "([^/]+)/")
    return owner(bucket, f"{re.escape(prefix)}inbox-(.+)")


def _digest(name: object) -> str:
    if not isinstance(name, str) or not name:
        return ""
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()


def _time(untrusted: object) -> datetime:
    """The server's time of a request."""
    try:
        told = datetime.fromisoformat(str(untrusted))
    except ValueError:
        return datetime.now(UTC)
    return told if told.tzinfo else told.replace(tzinfo=UTC)
