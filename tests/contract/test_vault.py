"""One suite for every vault behind `ports.Vault`: the memory fake and a real MinIO."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from processors.adapters.memory import MemoryObjects
from processors.adapters.memory_vault import MemoryVault
from processors.adapters.minio_objects import MinioObjects
from processors.adapters.minio_vault import MinioVault
from processors.config import Settings
from processors.errors import ArtefactMissing
from processors.places import Buckets
from processors.ports import Lock, Objects, Stored, Vault
from tests.live_settings import make_installation
from tests.servers import Servers


@dataclass(frozen=True)
class Store:
    objects: Objects
    vault: Vault
    buckets: Buckets

    def put(self, key: str, content: bytes = b"x", lock: Lock | None = None) -> Stored:
        ref = self.objects.put(self.buckets.documents, key, content, "text/plain", lock=lock)
        assert ref is not None
        return Stored(ref.bucket, ref.key, ref.version_id, ref.size)

    def left(self, prefix: str) -> list[tuple[str, str]]:
        return [(one.key, one.version_id) for one in self.vault.versions(self.buckets.documents, prefix)]


@pytest.fixture(scope="module")
def shared(live: Servers, unused_prefixes: Iterator[str], tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """One installation for all of them: each has keys of its own."""
    return make_installation(live, next(unused_prefixes), tmp_path_factory.mktemp("vault"))


@pytest.fixture(params=["memory", pytest.param("minio", marks=pytest.mark.live)])
def store(request: pytest.FixtureRequest) -> Store:
    if request.param == "memory":
        objects = MemoryObjects()
        return Store(objects, MemoryVault(objects, without=frozenset({"work"})), Buckets())
    settings = request.getfixturevalue("shared")
    real = MinioObjects(settings.s3)
    return Store(real, MinioVault(real), Buckets(settings.prefix))


def soon() -> Lock:
    """A lock that outlasts the test, and no longer than it must: the servers of tests are thrown away."""
    return Lock(datetime.now(UTC) + timedelta(hours=1), "GOVERNANCE")


def test_every_version_is_listed_and_exactly_one_is_removed(store: Store) -> None:
    first, second = store.put("listed/a"), store.put("listed/a", b"later")
    other = store.put("listed/b")
    assert set(store.left("listed/")) == {(one.key, one.version_id) for one in (first, second, other)}
    assert store.vault.remove(first)
    assert set(store.left("listed/")) == {(one.key, one.version_id) for one in (second, other)}
    assert store.vault.remove(first), "gone already is deleted"


def test_what_is_under_lock_stays(store: Store) -> None:
    locked, free = store.put("locked/a", lock=soon()), store.put("locked/b")
    until = store.vault.locked_until(locked)
    assert until is not None
    assert until > datetime.now(UTC)
    assert store.vault.locked_until(free) is None
    assert not store.vault.remove(locked)
    assert (locked.key, locked.version_id) in store.left("locked/")


def test_what_is_held_stays_until_it_is_let_go(store: Store) -> None:
    one = store.put("held/a")
    assert not store.vault.held(one)
    assert store.vault.hold(one, on=True)
    assert store.vault.hold(one, on=True), "may be repeated"
    assert store.vault.held(one)
    assert not store.vault.remove(one)
    assert store.vault.hold(one, on=False)
    assert not store.vault.held(one)
    assert store.vault.remove(one)
    assert store.left("held/") == []


def test_a_bucket_without_locks_holds_nothing_and_says_so(store: Store) -> None:
    ref = store.objects.put(store.buckets.work, "plain", b"x", "text/plain")
    assert ref is not None
    one = Stored(ref.bucket, ref.key, ref.version_id)
    assert not store.vault.hold(one, on=True)
    assert not store.vault.held(one)
    assert store.vault.locked_until(one) is None
    (listed,) = store.vault.versions(store.buckets.work, "plain")
    assert store.vault.remove(listed)
    assert store.objects.info(store.buckets.work, "plain") is None


def test_what_is_not_there_cannot_be_held(store: Store) -> None:
    one = store.put("missing/a")
    store.vault.remove(one)
    with pytest.raises(ArtefactMissing):
        store.vault.hold(one, on=True)
    assert not store.vault.held(one)
    assert store.vault.locked_until(one) is None
