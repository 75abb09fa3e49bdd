"""Names that are derived, never drawn: a repeated attempt finds the same document, event and object names."""

import hashlib
import re
import uuid

from processors.events import DocumentId, Origin
from processors.names import AGENCY, KEY_BYTES, key_fault

#: Namespace of all event ids of Chancery (a random UUID, fixed for ever).
_EVENTS = uuid.UUID("5b3c1a0e-7f0a-4c5e-9a55-3f0f5f1c2d7e")
_DOCUMENT = re.compile(r"[0-9a-f]{32}")
_RUN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_EVENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}")
#: As MinIO names versions; "null" is one from before the bucket kept versions.
_VERSION = re.compile(r"(?:null|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})?")


def document_id(bucket: str, key: str, version_id: str) -> str:
    """32 hex characters that name one object version. The key is untrusted and may hold anything."""
    return hashlib.sha256("\0".join((bucket, key, version_id)).encode()).hexdigest()[:32]


def is_ours(document: DocumentId) -> bool:
    """Whether we could have named a document so. Names become object keys and topics; a forged one may climb."""
    names = ((_DOCUMENT, document.id), (AGENCY, document.agency), (_RUN, document.run_id))
    parent = document.parent == "" or _DOCUMENT.fullmatch(document.parent)
    continues = document.continues == "" or _RUN.fullmatch(document.continues)
    return bool(parent) and bool(continues) and all(pattern.fullmatch(name) for pattern, name in names)


def is_event_id(untrusted: str) -> bool:
    """Whether an event of ours could have this id: it names the work, in keys of objects."""
    return _EVENT.fullmatch(untrusted) is not None


def is_object(untrusted_key: str, untrusted_version: str) -> bool:
    """Whether an object version can have these names; a key that ends in "/" is a folder made in the console.

    MinIO answers a look at any other as it answers when it is out of order: it would be waited for without end.
    """
    fits = len(untrusted_key.encode("utf-8", "replace")) <= KEY_BYTES
    return fits and not key_fault(untrusted_key.removesuffix("/")) and bool(_VERSION.fullmatch(untrusted_version))


def named_by(untrusted_key: bytes) -> str:
    """The document that a record's key names, as `writing.outgoing` makes keys; "" where it names none."""
    name = untrusted_key.partition(b"/")[0].decode("utf-8", "replace")
    return name if _DOCUMENT.fullmatch(name) else ""


def event_id(document: str, run_id: str, event_type: str, part: str = "") -> str:
    """The id of the one event of this type (and part) that a run of a document can cause."""
    return str(uuid.uuid5(_EVENTS, "\0".join((document, run_id, event_type, part))))


def origin_id(origin: Origin) -> str:
    """The id of what answers one record on a topic, for records that name no document."""
    return str(uuid.uuid5(_EVENTS, f"{origin.topic}\0{origin.partition}\0{origin.offset}"))
