"""Bucket notifications, true and forged."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.adapters.notification import Landed, landed
from processors.errors import EventInvalid
from tests.unit.runtime.shop import notification

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


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
    whole: Any = json.loads(notification("inbox-alpha", "a b", "v"))
    here = whole
    while True:
        key = data.draw(st.sampled_from(sorted(here) if isinstance(here, dict) else range(len(here))))
        if not isinstance(here[key], dict | list) or data.draw(st.booleans()):
            here[key] = data.draw(JSON)
            break
        here = here[key]
    check(json.dumps(whole).encode())


@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_every_key_is_read_as_the_sender_wrote_it(key: str) -> None:
    assert landed(notification("inbox-alpha", key, "v")) == (Landed("inbox-alpha", key, "v"),)


@pytest.mark.parametrize("name", ["s3:ObjectRemoved:Delete", "s3:ObjectAccessed:Get", "s3:ObjectRemoved:DeleteMarkerCreated"])
def test_other_kinds_of_events_announce_nothing(name: str) -> None:
    assert landed(notification("inbox-alpha", "x", "v", name)) == ()


@pytest.mark.parametrize("name", ["Put", "Post", "Copy", "CompleteMultipartUpload"])
def test_every_way_of_writing_announces(name: str) -> None:
    assert landed(notification("inbox-alpha", "x", "v", f"s3:ObjectCreated:{name}"))


def test_a_bucket_without_versions_announces_an_empty_version() -> None:
    assert landed(notification("inbox-alpha", "x")) == (Landed("inbox-alpha", "x", ""),)


def test_what_is_refused_is_not_quoted() -> None:
    with pytest.raises(EventInvalid) as told:
        landed(b'{"private": 1}')
    assert "private" not in str(told.value)
