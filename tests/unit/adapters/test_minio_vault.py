"""What a refused deletion means: a lock or a hold keeps the version, and anything else is no reason to keep it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from minio.commonconfig import GOVERNANCE
from minio.error import S3Error
from minio.retention import Retention

from processors.adapters.minio_objects import MinioObjects
from processors.adapters.minio_vault import MinioVault
from processors.errors import DependencyUnavailable
from processors.ports import Stored

ONE = Stored("documents", "alpha/1/live/intake/original", "v1")


def vault(until: datetime | None, *, held: bool = False) -> MinioVault:
    """Of a store that refuses to delete."""

    def refuses(*_: Any, **__: Any) -> None:
        raise S3Error(
            response=cast(Any, None), code="AccessDenied", message="", resource="", request_id="", host_id=""
        )

    client = SimpleNamespace(
        remove_object=refuses,
        is_object_legal_hold_enabled=lambda *_, **__: held,
        get_object_retention=lambda *_, **__: until and Retention(GOVERNANCE, until),
    )
    return MinioVault(cast(MinioObjects, SimpleNamespace(client=client)))


def test_a_lock_or_a_hold_keeps_it() -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    assert vault(later).remove(ONE) is False
    assert vault(None, held=True).remove(ONE) is False


@pytest.mark.parametrize("until", [None, datetime.now(UTC) - timedelta(days=1)])
def test_rights_that_are_missing_are_no_lock_that_has_run_out(until: datetime | None) -> None:
    with pytest.raises(DependencyUnavailable):
        vault(until).remove(ONE)
