"""From a bucket notification to work for intake: look at the object version, store the original.

The notification is a hint that anyone with access to the topic can forge, so only bucket, key and version id are
taken from it, and everything else from the object itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from processors.advisers import Scanner
from processors.config import Limits
from processors.errors import ArtefactMissing, EventInvalid
from processors.events import DocumentId, ObjectCreated, Original
from processors.places import Buckets, artefact_key
from processors.ports import Lock, ObjectInfo, Objects
from processors.reasons import QuarantineReason
from processors.runtime.firsts import first_bytes
from processors.runtime.identity import document_id
from processors.runtime.notification import Landed
from processors.runtime.scratch import Folder
from processors.stage import Rejected


@dataclass(frozen=True)
class LockPolicy:
    """How long and how firmly an original is kept."""

    days: int
    mode: str

    def lock(self, now: datetime) -> Lock:
        """The lock of an object that is stored now."""
        return Lock(now + timedelta(days=self.days), self.mode)


def identify(landed: Landed, buckets: Buckets) -> DocumentId:
    """Which document an object version is.

    Raises:
        EventInvalid: the bucket is no inbox, or the version is not named: the inboxes keep versions, and a document
            that is named without one would be another document than the same bytes named with it.
    """
    agency = buckets.agency_of(landed.bucket)
    if agency is None:
        raise EventInvalid("bucket is no inbox")
    if not landed.version_id:
        raise EventInvalid("no version")
    return DocumentId(
        id=document_id(landed.bucket, landed.key, landed.version_id),
        agency=agency,
        original=Original(bucket=landed.bucket, key=landed.key, version_id=landed.version_id, size=0),
    )


def receive(
    document: DocumentId,
    objects: Objects,
    buckets: Buckets,
    limits: Limits,
    lock: Lock,
    scratch: Folder,
    waived: tuple[str, ...] = (),
) -> ObjectCreated | tuple[DocumentId, Rejected]:
    """Fetch the object version to `scratch.input("original")` and store it under lock.

    Returns:
        What intake needs to know, or the document (as far as it is known) and why it goes no further.
    """
    source = document.original
    info = objects.info(source.bucket, source.key, source.version_id) or _kept(document, objects, buckets)
    if info is None:
        return document, Rejected(QuarantineReason.SOURCE_GONE)
    document = _with(document, size=info.ref.size)
    if info.ref.size > limits.max_bytes:
        details = {"bytes": info.ref.size, "limit": limits.max_bytes}
        return document, Rejected(QuarantineReason.TOO_LARGE, details)
    try:
        sha256 = objects.fetch(info.ref, scratch.input("original"))
    except ArtefactMissing:  # deleted between the look and the reading
        return document, Rejected(QuarantineReason.SOURCE_GONE)
    document = _with(document, sha256=sha256)
    stored = objects.copy(
        info.ref,
        buckets.documents,
        artefact_key(document, "intake", "original"),
        sha256=sha256,
        media_type="application/octet-stream",
        lock=lock,
    )
    return ObjectCreated(
        document=document,
        artefacts={"original": stored},
        same_content_as=_same_content(document, objects, buckets),
        waived=waived,
        notes=tuple(f"waived:{reason}" for reason in waived),
    )


def _kept(document: DocumentId, objects: Objects, buckets: Buckets) -> ObjectInfo | None:
    """The original as the run before stored it under lock: an inbox may be emptied once its files are taken in."""
    if not document.continues:
        return None
    before = document.model_copy(update={"run_id": document.continues})
    return objects.info(buckets.documents, artefact_key(before, "intake", "original"))


def known_malware(scratch: Folder, scanner: Scanner | None) -> Rejected | None:
    """Why the fetched file goes no further; None if the scanner knows nothing against it, or there is none.

    Asked after the file is stored under lock, since malware is evidence, and before anything parses it.

    Raises:
        DependencyUnavailable: the scanner gives no verdict; the document waits.
    """
    if scanner is None:
        return None
    verdict = scanner.scan(scratch.input("original"))
    if not verdict.signature:
        return None
    reason = QuarantineReason.MALWARE if verdict.scanned else QuarantineReason.NOT_SCANNED
    return Rejected(reason, {"signature": verdict.signature})


def _same_content(document: DocumentId, objects: Objects, buckets: Buckets) -> str:
    """The id of the first document of this agency with the same bytes, "" if this is the first."""
    key = f"content/{document.agency}/{document.original.sha256}"
    first = first_bytes(objects, buckets.work, key, document.id.encode()).decode()
    return "" if first == document.id else first


def _with(document: DocumentId, **changes: str | int) -> DocumentId:
    return document.model_copy(update={"original": document.original.model_copy(update=changes)})
