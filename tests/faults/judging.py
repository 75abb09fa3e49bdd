"""The last word on a run: all topics read twice, committed and not, against the buckets, version by version."""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from processors.adapters.minio_objects import MinioObjects
from processors.config import Settings
from processors.events import Ref, ResultReleased
from processors.places import Buckets, EndKind, end_key
from processors.runtime.codec import encode
from processors.runtime.identity import document_id
from tests.live.oracle import End, Oracle

__all__ = ["Verdict", "judge", "put"]


@dataclass(frozen=True)
class Verdict:
    """What became of every version in the inbox."""

    #: versions in the inbox, as the store lists them
    versions: int
    #: how many ended as what
    ends: Mapping[str, int]
    #: versions without an end
    lost: tuple[str, ...]
    #: versions with more than one end
    doubled: tuple[str, ...]
    #: ends of nothing that was uploaded or enclosed
    strangers: tuple[str, ...]
    #: event ids that a committed reader sees more than once
    repeated: int
    #: records that only an uncommitted reader sees: answers of workers that died before their commit
    uncommitted: int
    #: documents whose bytes, stored original or stored end differ from what was sent or published
    altered: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Counts alone."""
        return {
            "documents": self.versions,
            "ends": dict(self.ends),
            "lost": len(self.lost),
            "doubled": len(self.doubled),
            "ends_without_input": len(self.strangers),
            "repeated_events": self.repeated,
            "uncommitted_copies": self.uncommitted,
            "altered": len(self.altered),
        }

    def hold(self) -> None:
        """Every version has one end, every end one input, nothing was altered.

        Raises:
            AssertionError: not so.
        """
        assert (self.lost, self.doubled, self.strangers, self.repeated, self.altered) == ((), (), (), 0, ())


def put(settings: Settings, name: str, content: bytes, agency: str = "alpha") -> tuple[str, str]:
    """Put a file into an inbox; the document's id and the sha256 of what was sent."""
    bucket = Buckets(settings.prefix).inbox(agency)
    written = MinioObjects(settings.s3).client.put_object(bucket, name, io.BytesIO(content), len(content))
    return document_id(bucket, name, str(written.version_id)), hashlib.sha256(content).hexdigest()


def judge(settings: Settings, sent: Mapping[str, str], agency: str = "alpha") -> Verdict:
    """Read everything and compare.

    Args:
        settings: of the installation
        sent: document id -> sha256 of what was sent; versions that are not named are counted all the same
        agency: whose inbox
    """
    with closing(Oracle(settings)) as committed, closing(Oracle(settings, committed=False)) as everything:
        committed.read_all()
        everything.read_all()
        ends = committed.ends
        store = MinioObjects(settings.s3)
        bucket = Buckets(settings.prefix).inbox(agency)
        versions = {
            document_id(bucket, str(one.object_name), str(one.version_id))
            for one in store.client.list_objects(bucket, recursive=True, include_version=True)
            if not one.is_delete_marker
        }
        enclosed = {e.subject for e in committed.events if e.data.document is not None and e.data.document.parent}
        wanted = versions | set(sent)
        return Verdict(
            versions=len(wanted),
            ends=Counter(each[0].state for each in ends.values()),
            lost=tuple(sorted(wanted - set(ends))),
            doubled=tuple(sorted(i for i, each in ends.items() if len(each) > 1)),
            strangers=tuple(sorted(set(ends) - wanted - enclosed)),
            repeated=len(committed.repeated()),
            uncommitted=len(everything.events) - len(committed.events),
            altered=tuple(i for i, each in ends.items() if not _same(each[0], sent.get(i, ""), settings, store)),
        )


def _same(end: End, sha256: str, settings: Settings, store: MinioObjects) -> bool:
    """Whether the original and the end lie in the store as they were sent and published."""
    document = end.event.data.document
    if end.state not in ("result", "review"):
        return True
    original: Ref = end.event.data.artefacts["original"]
    stored = hashlib.sha256(store.read(original)).hexdigest()
    info = store.info(Buckets(settings.prefix).documents, end_key(document, _kind(end)))
    return (
        stored == document.original.sha256 == original.sha256
        and sha256 in ("", stored)
        and info is not None
        and store.read(info.ref) == encode(end.event)
    )


def _kind(end: End) -> EndKind:
    return "result" if isinstance(end.event.data, ResultReleased) else "review"
