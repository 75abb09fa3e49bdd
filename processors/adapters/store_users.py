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
_NO_POLICY = "XMinioAdminNoSuchPolicy"


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

    def add(self, user: StoreUser, secret: str) -> None:
        """Make the user, with this secret."""
        with _translating():
            self._admin.user_add(user.name, secret)
        self.allow(user)

    def allow(self, user: StoreUser) -> None:
        """Let the user, who exists, do what the policy says, and nothing else."""
        with _translating():
            self._admin.policy_add(user.name, policy=dict(user.policy))
            try:
                self._admin.attach_policy([user.name], user=user.name)
            except MinioAdminException as error:
                if _code(error) != _ATTACHED:
                    raise

    def remove(self, user: StoreUser) -> None:
        """Take the user away, with every key that was derived from it, and its policy."""
        for take in (self._admin.user_remove, self._admin.policy_remove):
            with _translating():
                try:
                    take(user.name)
                except MinioAdminException as error:
                    if _code(error) not in (_NO_USER, _NO_POLICY):
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
