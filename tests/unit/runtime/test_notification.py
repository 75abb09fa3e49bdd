"""Bucket notifications, true and forged."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.errors import EventInvalid
from processors.runtime.notification import Landed, landed
from tests.unit.runtime.shop import notification

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


VERSION = "8f6a5a0e-3f1d-4c5c-9d53-1f2f3f4f5f6f"


def check(value: bytes) -> None:
    """Read or refused, never anything else; and what was read can be written down."""
    try:
        said = landed(value)
    except EventInvalid:
        return
    for one in said:
        f"{one.bucket}{one.key}{one.version_id}".encode()


@given(st.binary() | JSON.map(json.dumps).map(str.encode))
def test_any_bytes_are_read_or_refused(value: bytes) -> None:
    check(value)


@given(st.data())
def test_a_notification_with_one_member_changed_is_read_or_refused(data: st.DataObject) -> None:
    whole: Any = json.loads(notification("inbox-alpha", "a b", VERSION))
    here = whole
    while True:
        key = data.draw(st.sampled_from(sorted(here) if isinstance(here, dict) else range(len(here))))
        if not isinstance(here[key], dict | list) or data.draw(st.booleans()):
            here[key] = data.draw(JSON)
            break
        here = here[key]
    check(json.dumps(whole).encode())


PART = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\0"), min_size=1, max_size=60)


@given(st.lists(PART.filter(lambda part: part not in (".", "..")), min_size=1, max_size=3).map("/".join))
def test_every_key_is_read_as_the_sender_wrote_it(key: str) -> None:
    assert landed(notification("inbox-alpha", key, VERSION)) == (Landed("inbox-alpha", key, VERSION),)


@pytest.mark.parametrize("key", ["", ".", "..", "a/../b", "./a", "a//b", "a\0b", "n" * 256, "n/" * 600 + "n"])
def test_a_key_that_no_object_can_have_is_refused(key: str) -> None:
    with pytest.raises(EventInvalid):
        landed(notification("inbox-alpha", key, VERSION))


def test_a_folder_that_was_made_in_the_console_is_announced_like_any_object() -> None:
    assert landed(notification("inbox-alpha", "folder/", VERSION))


@pytest.mark.parametrize("version", ["garbage", "v\nw", "../x", "0" * 36, VERSION + "0"])
def test_a_version_that_the_store_never_gave_is_refused(version: str) -> None:
    with pytest.raises(EventInvalid):
        landed(notification("inbox-alpha", "x", version))


@pytest.mark.parametrize(
    "name", ["s3:ObjectRemoved:Delete", "s3:ObjectAccessed:Get", "s3:ObjectRemoved:DeleteMarkerCreated"]
)
def test_other_kinds_of_events_announce_nothing(name: str) -> None:
    assert landed(notification("inbox-alpha", "x", VERSION, name)) == ()


@pytest.mark.parametrize("name", ["Put", "Post", "Copy", "CompleteMultipartUpload"])
def test_every_way_of_writing_announces(name: str) -> None:
    assert landed(notification("inbox-alpha", "x", VERSION, f"s3:ObjectCreated:{name}"))


def test_a_bucket_without_versions_announces_an_empty_version() -> None:
    assert landed(notification("inbox-alpha", "x")) == (Landed("inbox-alpha", "x", ""),)


def test_what_is_refused_is_not_quoted() -> None:
    with pytest.raises(EventInvalid) as told:
        landed(b'{"private": 1}')
    assert "private" not in str(told.value)
