"""The bucket of the audit chain: create-only writes under lock; of several versions of a key the first is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from processors.adapters.minio_objects import MinioObjects, translating
from processors.audit.shelf import LONGEST_LINE, Stored
from processors.config import Settings
from processors.events import Ref
from processors.places import Buckets
from processors.ports import Lock

_CHUNK = 256 * 1024


class AuditBucket:
    """See `audit.shelf.WritableShelf`."""

    def __init__(self, settings: Settings, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Use the installation's bucket; objects are locked from `now` on."""
        self._objects, self._bucket = MinioObjects(settings.s3), Buckets(settings.prefix).audit
        self._days, self._mode, self._now = timedelta(days=settings.audit.lock_days), settings.audit.lock_mode, now

    def stored(self, prefix: str, after: str = "") -> Iterator[Stored]:
        """See `audit.shelf.Shelf`."""
        with translating():
            listed = self._objects.client.list_objects(
                self._bucket, prefix=prefix, recursive=True, include_version=True, start_after=after or None
            )
            # The client hands out a page's markers behind all its versions: out of order, so they are left out.
            held = (one for one in listed if not one.is_delete_marker)
            for key, versions in groupby(held, key=lambda one: str(one.object_name)):
                yield _stored(key, versions)

    def folders(self, prefix: str) -> tuple[str, ...]:
        """See `audit.shelf.Shelf`. Versions are listed, so that a chain whose every object was deleted shows."""
        names: set[str] = set()
        with translating():
            for one in self._objects.client.list_objects(self._bucket, prefix=prefix, include_version=True):
                if one.is_dir:
                    names.add(str(one.object_name).removeprefix(prefix).strip("/"))
        return tuple(sorted(names))

    def lines(self, stored: Stored) -> Iterator[bytes]:
        """See `audit.shelf.Shelf`."""
        response: Any = None
        with translating():
            response = self._objects.client.get_object(
                self._bucket, stored.key, version_id=stored.version_id or None
            )
            try:
                rest = b""
                for chunk in response.stream(_CHUNK):
                    *whole, rest = (rest + chunk).split(b"\n")
                    yield from whole
                    if len(rest) > LONGEST_LINE:
                        yield rest
                        rest = b""
                if rest:
                    yield rest
            finally:
                response.close()
                response.release_conn()

    def put_new(self, key: str, content: bytes) -> bool:
        """See `audit.shelf.WritableShelf`."""
        kind = "application/json" if key.endswith(".json") else "application/x-ndjson"
        lock = Lock(self._now() + self._days, self._mode)
        if self._objects.put(self._bucket, key, content, kind, create_only=True, lock=lock) is not None:
            return True
        # The client sends a request again whose answer was lost: then what is there is ours.
        first = next((one for one in self.stored(key) if one.key == key), None)
        if first is None:
            return False
        there = Ref(bucket=self._bucket, key=key, version_id=first.version_id, sha256="", size=0, media_type="")
        return self._objects.read(there) == content


def _stored(key: str, versions: Iterator[Any]) -> Stored:
    """What the versions of a key come to, newest first; behind a delete marker none of them is the latest."""
    count, first, hidden = 0, "", True
    for version in versions:
        count, first = count + 1, str(version.version_id or "")
        hidden = hidden and version.is_latest != "true"
    return Stored(key, first, count, hidden)
