"""One suite for every object store behind `ports.Objects`: the memory fake and a real MinIO."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from processors.adapters.memory import MemoryObjects
from processors.adapters.minio_objects import MinioObjects
from processors.config import S3Settings, Settings
from processors.errors import ArtefactMissing, DependencyUnavailable
from processors.events import Ref
from processors.places import Buckets
from processors.ports import Lock, Objects
from tests.live_settings import make_installation
from tests.servers import Servers


@dataclass(frozen=True)
class Store:
    objects: Objects
    bucket: str


@pytest.fixture(scope="module")
def shared(live: Servers, unused_prefixes: Iterator[str], tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """One installation for all of them: each has keys of its own."""
    return make_installation(live, next(unused_prefixes), tmp_path_factory.mktemp("objects"))


@pytest.fixture(params=["memory", pytest.param("minio", marks=pytest.mark.live)])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    if request.param == "memory":
        yield Store(MemoryObjects(), "work")
    else:
        settings = request.getfixturevalue("shared")
        yield Store(MinioObjects(settings.s3), Buckets(settings.prefix).work)


def test_what_is_put_can_be_read_and_knows_its_hash(store: Store) -> None:
    ref = store.objects.put(store.bucket, "a/b", b"content", "text/plain")
    assert ref is not None
    assert ref.sha256 == hashlib.sha256(b"content").hexdigest()
    assert ref.size == 7
    assert store.objects.read(ref) == b"content"
    info = store.objects.info(store.bucket, "a/b")
    assert info is not None
    assert info.ref.sha256 == ref.sha256


def test_a_file_is_fetched_as_it_was_put(store: Store, tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(b"x" * 3_000_000)
    ref = store.objects.put(store.bucket, "file", source, "application/octet-stream")
    assert ref is not None
    assert store.objects.fetch(ref, target) == ref.sha256
    assert target.read_bytes() == source.read_bytes()


def test_create_only_keeps_the_first_and_says_so(store: Store) -> None:
    assert store.objects.put(store.bucket, "claim", b"first", "text/plain", create_only=True) is not None
    assert store.objects.put(store.bucket, "claim", b"second", "text/plain", create_only=True) is None
    there = store.objects.info(store.bucket, "claim")
    assert there is not None
    assert store.objects.read(there.ref) == b"first"


@pytest.mark.live
def test_of_many_racing_claims_one_wins(shared: Settings) -> None:
    objects, bucket = MinioObjects(shared.s3), Buckets(shared.prefix).work

    def claim(number: int) -> bool:
        return objects.put(bucket, "race", str(number).encode(), "text/plain", create_only=True) is not None

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(claim, range(30))) == 1


def test_what_does_not_exist_is_none_or_missing(store: Store, tmp_path: Path) -> None:
    assert store.objects.info(store.bucket, "nothing") is None
    nothing = Ref(bucket=store.bucket, key="nothing", sha256="", size=0, media_type="")
    with pytest.raises(ArtefactMissing):
        store.objects.read(nothing)
    with pytest.raises(ArtefactMissing):
        store.objects.fetch(nothing, tmp_path / "x")


def test_copy_is_create_only_and_keeps_the_bytes(store: Store) -> None:
    first = store.objects.put(store.bucket, "one", b"one", "text/plain")
    second = store.objects.put(store.bucket, "two", b"two", "text/plain")
    assert first is not None
    assert second is not None
    copied = store.objects.copy(first, store.bucket, "copy", sha256=first.sha256, media_type="text/plain")
    again = store.objects.copy(second, store.bucket, "copy", sha256=second.sha256, media_type="text/plain")
    assert store.objects.read(copied) == b"one"
    assert again.sha256 == first.sha256


def test_keys_are_listed_in_order_below_a_prefix(store: Store) -> None:
    for key in ("p/2", "p/1", "q/1"):
        store.objects.put(store.bucket, key, b"", "text/plain")
    assert list(store.objects.keys(store.bucket, "p/")) == ["p/1", "p/2"]


def test_deleting_what_is_not_there_is_no_error(store: Store) -> None:
    store.objects.put(store.bucket, "gone", b"x", "text/plain")
    store.objects.delete(store.bucket, "gone")
    store.objects.delete(store.bucket, "gone")
    assert store.objects.info(store.bucket, "gone") is None


@pytest.mark.parametrize(
    "key",
    [
        "line\nbreak.pdf",
        "=cmd|' /C calc'!A0.pdf",
        "\u202egnp.exe.pdf",
        "é/ü ß+%20.pdf",
        ("n" * 195 + "/") * 4 + "x",
    ],
)
def test_a_senders_key_is_kept_as_it_is(store: Store, key: str) -> None:
    ref = store.objects.put(store.bucket, key, b"x", "application/pdf")
    assert ref is not None
    assert ref.key == key
    assert store.objects.read(ref) == b"x"
    assert key in set(store.objects.keys(store.bucket, key[:1]))


@pytest.mark.parametrize(
    ("key", "version"),
    [
        ("a/../b", ""),
        ("a//b", ""),
        ("a\0b", ""),
        ("n" * 256, ""),
        ("k" * 1025, ""),
        ("a/b", "junk"),
        ("a/b", "../x"),
    ],
)
def test_a_name_or_version_that_nothing_can_have_is_missing_and_not_an_outage(
    store: Store, tmp_path: Path, key: str, version: str
) -> None:
    forged = Ref(bucket=store.bucket, key=key, version_id=version, sha256="", size=1, media_type="text/plain")
    store.objects.put(store.bucket, "a/b", b"there", "text/plain")
    with pytest.raises(ArtefactMissing):
        store.objects.fetch(forged, tmp_path / "file")


@pytest.mark.live
def test_a_locked_original_cannot_be_deleted(shared: Settings) -> None:
    objects, bucket = MinioObjects(shared.s3), Buckets(shared.prefix).documents
    until = datetime.now(UTC) + timedelta(days=1)
    ref = objects.put(bucket, "original", b"kept", "text/plain", lock=Lock(until, "COMPLIANCE"))
    assert ref is not None
    objects.delete(bucket, "original")  # adds a marker, removes nothing
    assert objects.read(ref) == b"kept"


@pytest.mark.live
def test_a_store_that_is_away_is_an_unavailable_dependency() -> None:
    objects = MinioObjects(S3Settings("127.0.0.1:1", "x", "y"))
    with pytest.raises(DependencyUnavailable):
        objects.info("bucket", "key")
