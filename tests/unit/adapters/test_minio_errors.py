"""The object store's errors in our words."""

from __future__ import annotations

from typing import Any

import pytest
import urllib3
from minio.error import InvalidResponseError, S3Error, ServerError

from processors.adapters.minio_objects import MinioObjects, translating
from processors.config import S3Settings
from processors.errors import ArtefactMissing, DependencyUnavailable, PipelineError


def s3(code: str) -> S3Error:
    return S3Error(urllib3.HTTPResponse(), code, "private", "resource", "request", "host", "bucket", "private-key")


@pytest.mark.parametrize(
    ("error", "seen"),
    [
        (s3("NoSuchKey"), ArtefactMissing),
        (s3("NoSuchVersion"), ArtefactMissing),
        (s3("NoSuchBucket"), ArtefactMissing),
        (s3("MethodNotAllowed"), ArtefactMissing),
        (s3("SlowDown"), DependencyUnavailable),
        (s3("AccessDenied"), DependencyUnavailable),
        (s3("XMinioStorageFull"), DependencyUnavailable),
        (ServerError("private", 502), DependencyUnavailable),
        (InvalidResponseError(200, "text/html", "private"), DependencyUnavailable),
        (urllib3.exceptions.ReadTimeoutError(None, "u", "m"), DependencyUnavailable),  # type: ignore[arg-type]
        (urllib3.exceptions.MaxRetryError(None, "u"), DependencyUnavailable),  # type: ignore[arg-type]
        (urllib3.exceptions.ProtocolError("m"), DependencyUnavailable),
    ],
)
def test_an_error_of_the_store_is_one_of_ours_and_quotes_no_key(
    error: Exception, seen: type[PipelineError]
) -> None:
    with pytest.raises(seen) as told, translating():
        raise error
    assert "private" not in str(told.value)


@pytest.mark.parametrize("create_only", [True, False])
def test_a_condition_goes_with_a_create_only_write_and_with_no_other(
    monkeypatch: pytest.MonkeyPatch, create_only: bool
) -> None:
    seen: list[dict[str, str]] = []

    def send(self: object, method: str, url: str, *args: Any, **kw: Any) -> Any:
        seen.append(dict(kw["headers"]))
        raise urllib3.exceptions.ProtocolError("enough")

    monkeypatch.setattr(urllib3.PoolManager, "urlopen", send)
    with pytest.raises(DependencyUnavailable):
        MinioObjects(S3Settings("127.0.0.1:1", "a", "b")).put(
            "bucket", "k", b"", "text/plain", create_only=create_only
        )
    assert (seen[0].get("If-None-Match") == "*") == create_only
