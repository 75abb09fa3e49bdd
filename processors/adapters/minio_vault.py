"""The vault behind `ports.Vault`: versions, locks and legal holds of an S3 server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from minio.error import S3Error

from processors.adapters.minio_objects import MinioObjects, translate, translating
from processors.ports import Stored

#: What a store says of a lock that is not there, or of a bucket that knows none.
_UNLOCKED = {
    "NoSuchObjectLockConfiguration",
    "ObjectLockConfigurationNotFoundError",
    "InvalidRequest",
    "MethodNotAllowed",
}
_GONE = {"NoSuchKey", "NoSuchVersion", "NoSuchBucket"}
#: What a store says where a lock or a hold forbids a deletion.
_FORBIDDEN = {"AccessDenied", "ObjectLocked", "InvalidRequest"}


class MinioVault:
    """See `ports.Vault`. Thread-safe."""

    def __init__(self, store: MinioObjects) -> None:
        self._client = store.client

    def versions(self, bucket: str, prefix: str) -> Iterator[Stored]:
        """See `ports.Vault`. A thousand with each request."""
        with translating():
            for found in self._client.list_objects(bucket, prefix=prefix, recursive=True, include_version=True):
                # A bucket without versions calls the one that there is "null".
                yield Stored(
                    bucket,
                    str(found.object_name),
                    str(found.version_id or ""),
                    found.size or 0,
                    delete_marker=bool(found.is_delete_marker),
                )

    def locked_until(self, one: Stored) -> datetime | None:
        """See `ports.Vault`."""
        with translating():
            try:
                lock = self._client.get_object_retention(one.bucket, one.key, version_id=one.version_id or None)
            except S3Error as error:
                if error.code in _UNLOCKED | _GONE:
                    return None
                raise
        return None if lock is None else lock.retain_until_date

    def hold(self, one: Stored, *, on: bool) -> bool:
        """See `ports.Vault`."""
        place = self._client.enable_object_legal_hold if on else self._client.disable_object_legal_hold
        try:
            with translating():
                try:
                    place(one.bucket, one.key, version_id=one.version_id or None)
                except S3Error as error:
                    if error.code in _UNLOCKED:
                        return False
                    raise
        except ValueError as error:  # the client's own look at names
            raise translate(error) from error
        return True

    def held(self, one: Stored) -> bool:
        """See `ports.Vault`."""
        with translating():
            try:
                return bool(
                    self._client.is_object_legal_hold_enabled(
                        one.bucket, one.key, version_id=one.version_id or None
                    )
                )
            except S3Error as error:
                if error.code in _UNLOCKED | _GONE:
                    return False
                raise

    def remove(self, one: Stored) -> bool:
        """See `ports.Vault`. Locks of the kind that administrators may pass are not passed."""
        with translating():
            try:
                self._client.remove_object(one.bucket, one.key, version_id=one.version_id or None)
            except S3Error as error:
                if error.code in _GONE:
                    return True
                if error.code in _FORBIDDEN and (self.held(one) or self._locked(one)):
                    return False
                raise  # such as rights that this process lacks: the document would seem to be kept for a reason
        return True

    def _locked(self, one: Stored) -> bool:
        """Whether its lock has not run out; a store tells of locks that have, too."""
        until = self.locked_until(one)
        return until is not None and until > datetime.now(UTC)
