"""The object store behind `ports.Objects`: any S3 server, reached with the MinIO client."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import certifi
import urllib3
from minio import Minio
from minio.commonconfig import REPLACE, CopySource
from minio.error import InvalidResponseError, S3Error, ServerError
from minio.retention import Retention

from processors.config import S3Settings
from processors.errors import ArtefactMissing, DependencyUnavailable, PipelineError
from processors.events import Ref
from processors.ports import Lock, ObjectInfo

_GONE = {"NoSuchKey", "NoSuchVersion", "NoSuchObject", "NoSuchBucket", "MethodNotAllowed"}
#: What a reader is told of a name or version that no object can have; only a forged event holds one.
_UNNAMEABLE = {"XMinioInvalidObjectName", "XMinioInvalidResourceName", "KeyTooLongError", "InvalidArgument"}
#: User metadata that marks a create-only write; the pool below turns it into the condition.
_CREATE_ONLY = "create-only"
_CHUNK = 1024 * 1024
#: One PUT up to here: a condition holds for one request, not for a multipart upload.
_PART = 256 * 1024 * 1024


def pool_settings(settings: S3Settings) -> dict[str, Any]:
    """Timeouts, retries and trusted authorities of a pool of connections to this store."""
    return {
        "timeout": urllib3.Timeout(connect=5, read=60),
        "maxsize": 8,
        "retries": urllib3.Retry(total=3, backoff_factor=0.2, status_forcelist=(500, 502, 503, 504)),
        "cert_reqs": "CERT_REQUIRED",
        "ca_certs": certifi.where() if settings.ca is None else str(settings.ca),
    }


class _ConditionalPool(urllib3.PoolManager):
    """Adds `If-None-Match: *` to create-only writes; the MinIO client itself would make user metadata of it."""

    def urlopen(self, method: str, url: str, *args: Any, **kw: Any) -> Any:
        headers = kw.get("headers") or {}
        if method == "PUT" and any(name.lower() == f"x-amz-meta-{_CREATE_ONLY}" for name in headers):
            headers["If-None-Match"] = "*"
        return super().urlopen(method, url, *args, **kw)


def translate(error: Exception) -> PipelineError:
    """The store's errors in our words: what is gone is missing, everything else means that the store is away."""
    if isinstance(error, S3Error):
        if error.code in _GONE:
            return ArtefactMissing(f"{error.bucket_name}: {error.code}")
        return DependencyUnavailable(f"object store: {error.code}")
    return DependencyUnavailable(f"object store: {type(error).__name__}")


@contextmanager
def translating() -> Iterator[None]:
    """Raise our error for any error of the store in the `with` block."""
    try:
        yield
    except (S3Error, ServerError, InvalidResponseError, urllib3.exceptions.HTTPError) as error:
        raise translate(error) from error


class MinioObjects:
    """See `ports.Objects`. Thread-safe; keeps up to 8 connections."""

    def __init__(self, settings: S3Settings) -> None:
        self.client = Minio(
            settings.endpoint,
            access_key=settings.access_key,
            secret_key=settings.secret_key,
            secure=settings.secure,
            # Without a region the client asks for the bucket's location, which a put-only key may not.
            region=settings.region,
            http_client=_ConditionalPool(**pool_settings(settings)),
        )

    def put(
        self,
        bucket: str,
        key: str,
        content: Path | bytes,
        media_type: str,
        *,
        create_only: bool = False,
        lock: Lock | None = None,
    ) -> Ref | None:
        """See `ports.Objects`."""
        data, size, sha256 = _opened(content)
        metadata: dict[str, Any] = {"sha256": sha256} | ({_CREATE_ONLY: "1"} if create_only else {})
        with data, translating():
            try:
                written = self.client.put_object(
                    bucket,
                    key,
                    data,
                    size,
                    media_type,
                    metadata=metadata,
                    part_size=_PART,
                    retention=Retention(lock.mode, lock.until) if lock else None,
                )
            except S3Error as error:
                if error.code == "PreconditionFailed":
                    return None
                raise
        return Ref(
            bucket=bucket,
            key=key,
            version_id=written.version_id or "",
            sha256=sha256,
            size=size,
            media_type=media_type,
        )

    def info(self, bucket: str, key: str, version_id: str = "") -> ObjectInfo | None:
        """See `ports.Objects`."""
        with translating():
            try:
                stat = self.client.stat_object(bucket, key, version_id=version_id or None)
            except S3Error as error:
                if error.code in _GONE:
                    return None
                raise
        meta = {k.lower().removeprefix("x-amz-meta-"): v for k, v in (stat.metadata or {}).items()}
        ref = Ref(
            bucket=bucket,
            key=key,
            version_id=stat.version_id or "",
            sha256=meta.get("sha256", ""),
            size=stat.size or 0,
            media_type=stat.content_type or "application/octet-stream",
        )
        return ObjectInfo(ref, meta, stat.last_modified or datetime.now(UTC))

    def read(self, ref: Ref) -> bytes:
        """See `ports.Objects`."""
        with translating(), self._opened(ref) as response:
            return bytes(response.read())

    def fetch(self, ref: Ref, to: Path) -> str:
        """See `ports.Objects`."""
        digest = hashlib.sha256()
        with translating(), self._opened(ref) as response, to.open("wb") as file:
            for chunk in response.stream(_CHUNK):
                digest.update(chunk)
                file.write(chunk)
        return digest.hexdigest()

    def copy(
        self,
        source: Ref,
        bucket: str,
        key: str,
        *,
        sha256: str,
        media_type: str,
        lock: Lock | None = None,
    ) -> Ref:
        """See `ports.Objects`. Look, then copy: MinIO ignores `If-None-Match` on a copy (40 of 40 racing ones won).

        So of two workers that copy at the same moment both write a version. The document's claim keeps them apart;
        where a frozen worker comes back beside its successor, the versions hold the same bytes, which were read
        from the same version of the source.
        """
        there = self.info(bucket, key)
        if there is not None:
            return there.ref
        with translating():
            written = self.client.copy_object(
                bucket,
                key,
                CopySource(source.bucket, source.key, version_id=source.version_id or None),
                # "Content-Type" is replaced with the rest of the metadata, so it must be said again.
                metadata={"sha256": sha256, "Content-Type": media_type},
                metadata_directive=REPLACE,
                retention=Retention(lock.mode, lock.until) if lock else None,
            )
        return Ref(
            bucket=bucket,
            key=key,
            version_id=written.version_id or "",
            sha256=sha256,
            size=source.size,
            media_type=media_type,
        )

    def keys(self, bucket: str, prefix: str) -> Iterator[str]:
        """See `ports.Objects`."""
        with translating():
            for found in self.client.list_objects(bucket, prefix=prefix, recursive=True):
                yield str(found.object_name)

    def delete(self, bucket: str, key: str) -> None:
        """See `ports.Objects`."""
        with translating():
            self.client.remove_object(bucket, key)

    @contextmanager
    def _opened(self, ref: Ref) -> Iterator[Any]:
        try:
            response = self.client.get_object(ref.bucket, ref.key, version_id=ref.version_id or None)
        except ValueError:  # the client's own look at names
            raise ArtefactMissing("no name of an object") from None
        except S3Error as error:
            if error.code in _UNNAMEABLE:
                raise ArtefactMissing("no name of an object") from error
            raise
        try:
            yield response
        finally:
            response.close()
            response.release_conn()


def _opened(content: Path | bytes) -> tuple[Any, int, str]:
    """A readable stream, its size in bytes and its sha256."""
    if isinstance(content, bytes):
        return io.BytesIO(content), len(content), hashlib.sha256(content).hexdigest()
    with content.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return content.open("rb"), content.stat().st_size, digest
