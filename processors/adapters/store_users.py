"""The object store's users and their policies, through MinIO's admin API. S3 itself knows no way to make them.

Everything may be done again without harm.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import urllib3
from minio import MinioAdmin
from minio.credentials.providers import StaticProvider
from minio.error import MinioAdminException

from processors.adapters.minio_objects import pool_settings
from processors.config import S3Settings
from processors.errors import DependencyUnavailable
from processors.store_policies import StoreUser

#: What MinIO says where a policy is attached already.
_ATTACHED = "XMinioAdminPolicyChangeAlreadyApplied"
_NO_USER = "XMinioAdminNoSuchUser"


class StoreUsers:
    """Makes users of one store, signed in as its administrator."""

    def __init__(self, settings: S3Settings) -> None:
        self._admin = MinioAdmin(
            endpoint=settings.endpoint,
            credentials=StaticProvider(settings.access_key, settings.secret_key),
            region=settings.region,
            secure=settings.secure,
            http_client=urllib3.PoolManager(**pool_settings(settings)),
        )

    def names(self) -> set[str]:
        """The access keys of all users.

        Raises:
            DependencyUnavailable: the store does not answer, refuses, or has no such API; here and below.
        """
        with _translating():
            return set(json.loads(self._admin.user_list()))

    def add(self, access_key: str, secret: str, user: StoreUser) -> None:
        """Make a key with this secret, that does what the user may."""
        with _translating():
            self._admin.user_add(access_key, secret)
        self.allow(access_key, user)

    def allow(self, access_key: str, user: StoreUser) -> None:
        """Let the key, which exists, do what the user may, and nothing else."""
        with _translating():
            self._admin.policy_add(user.name, policy=dict(user.policy))
            try:
                self._admin.attach_policy([user.name], user=access_key)
            except MinioAdminException as error:
                if _code(error) != _ATTACHED:
                    raise

    def remove(self, access_key: str) -> None:
        """Take the key away. Temporary keys that were made with it may do nothing from now on, since they do what
        the key may; but they would come back to life with a key of the same name.
        """  # noqa: D205 - one thought
        with _translating():
            try:
                self._admin.user_remove(access_key)
            except MinioAdminException as error:
                if _code(error) != _NO_USER:
                    raise


@contextmanager
def _translating() -> Iterator[None]:
    try:
        yield
    except MinioAdminException as error:
        # Not chained: an error of MinIO's may quote what was sent.
        raise DependencyUnavailable(f"object store's admin API: {_code(error)}") from None
    except (urllib3.exceptions.HTTPError, ValueError) as error:
        raise DependencyUnavailable(f"object store's admin API: {type(error).__name__}") from None


def _code(error: MinioAdminException) -> str:
    """The code in MinIO's answer; the status where it is no answer of MinIO's."""
    try:
        return str(json.loads(error._body)["Code"])
    except (ValueError, KeyError, TypeError):
        return f"status {error._code}"
