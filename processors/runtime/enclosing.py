"""Files that were found inside a document: stored in its folder, announced to intake as documents of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from processors.digests import file_sha256
from processors.errors import EventInvalid
from processors.events import DocumentEnclosed, DocumentId, Event, Original, Ref, Step
from processors.places import Buckets, belongings
from processors.ports import Objects
from processors.runtime import writing
from processors.runtime.firsts import first_file
from processors.runtime.identity import document_id, is_object
from processors.stage import Enclosure

#: What is kept of a file's name; no file system allows more.
_MOST_NAME = 255


def announce(
    enclosures: Sequence[Enclosure],
    parent: DocumentId,
    signature: Step,
    objects: Objects,
    buckets: Buckets,
    now: datetime,
) -> Iterator[Event[DocumentEnclosed]]:
    """Store the files, create-only, and say where they lie; a repeated attempt says the same again."""
    for number, enclosure in enumerate(enclosures, 1):
        key = f"{belongings(parent)}enclosed/{number:05}-{file_sha256(enclosure.path)[:16]}"
        ref = first_file(objects, buckets.documents, key, enclosure.path, "application/octet-stream")
        yield writing.enclosed(_document(ref, enclosure, parent), signature, now)


def check(document: DocumentId, buckets: Buckets) -> None:
    """See that an announced enclosure lies where `announce` puts them.

    Raises:
        EventInvalid: it lies anywhere else: the event is forged.
    """
    original, agency = document.original, document.agency
    inside = original.key.startswith(f"{agency}/{document.parent}/enclosed/") and ".." not in original.key
    named = document.id == document_id(original.bucket, original.key, original.version_id)
    named = named and is_object(original.key, original.version_id)
    if original.bucket != buckets.documents or not document.parent or not inside or not named:
        raise EventInvalid("no enclosure of ours")


def _document(ref: Ref, enclosure: Enclosure, parent: DocumentId) -> DocumentId:
    return DocumentId(
        id=document_id(ref.bucket, ref.key, ref.version_id),
        agency=parent.agency,
        # What a document holds was announced in its first run: it is not worked on again with it.
        run_id="live" if parent.continues else parent.run_id,
        parent=parent.id,
        depth=parent.depth + 1,
        original=Original(
            bucket=ref.bucket,
            key=ref.key,
            name=enclosure.untrusted_name[-_MOST_NAME:],
            version_id=ref.version_id,
            size=ref.size,
        ),
    )
