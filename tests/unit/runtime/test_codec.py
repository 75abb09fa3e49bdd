"""Events to bytes and back, and what is no event."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.adapters.memory import MemoryObjects
from processors.errors import EventInvalid
from processors.events import DeadLettered, Event, Origin
from processors.runtime import writing
from processors.runtime.codec import decode, encode
from tests.unit.runtime.makers import extracted, recognised, requested, stored
from tests.unit.runtime.shop import NOW

EVENTS = [make(stored(MemoryObjects(), "x")) for make in (recognised, extracted, lambda ref: requested(ref, 1, 2))]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_an_event_comes_back_as_it_went(event: Event[object]) -> None:  # type: ignore[type-var]
    assert decode(encode(event)) == event


def test_a_dead_letter_without_a_document_comes_back_as_it_went() -> None:
    data = DeadLettered(
        document=None,
        reason="event_invalid",
        stage="ocr",
        code_version="1",
        attempt=1,
        origin=Origin(topic="t", partition=0, offset=0),
        payload_sha256="",
    )
    letter = writing.dead_lettered(data, NOW)
    assert decode(encode(letter)) == letter


def test_members_of_newer_writers_are_ignored() -> None:
    record = json.loads(encode(EVENTS[0]))
    record["newer"] = record["data"]["newer"] = record["data"]["document"]["newer"] = {"a": 1}
    assert decode(json.dumps(record).encode()) == EVENTS[0]


@given(st.binary())
def test_any_bytes_are_an_event_or_invalid(value: bytes) -> None:
    with pytest.raises(EventInvalid):
        decode(value)


@given(st.data())
def test_an_event_with_one_member_changed_is_an_event_that_can_be_written_again_or_invalid(
    data: st.DataObject,
) -> None:
    record = json.loads(encode(data.draw(st.sampled_from(EVENTS))))
    here = record
    while True:
        key = data.draw(st.sampled_from(sorted(here)))
        if not isinstance(here[key], dict) or not here[key] or data.draw(st.booleans()):
            here[key] = data.draw(
                st.none() | st.integers() | st.floats() | st.just("\ud800") | st.text() | st.lists(st.none())
            )
            break
        here = here[key]
    try:
        event = decode(json.dumps(record).encode())
    except EventInvalid:
        return
    assert encode(event)


def test_an_invalid_event_is_not_quoted() -> None:
    with pytest.raises(EventInvalid) as told:
        decode(b'{"type": "chancery.document.arrived.v1", "data": "private"}')
    assert "private" not in str(told.value)


@pytest.mark.parametrize(
    ("event_type", "code"),
    [
        ("chancery.document.arrived.v2", "schema_unsupported"),
        ("chancery.document.arrived", "event_invalid"),
        ("chancery.unknown.v2", "event_invalid"),
        (7, "event_invalid"),
    ],
)
def test_a_newer_version_is_told_from_what_is_no_event_of_ours(event_type: object, code: str) -> None:
    record = json.loads(encode(EVENTS[0])) | {"type": event_type}
    with pytest.raises(EventInvalid) as raised:
        decode(json.dumps(record).encode())
    assert raised.value.code == code
