"""Derived names: the same for the same thing, different for different things."""

from __future__ import annotations

import re
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from processors.events import Origin
from processors.places import Buckets, artefact_key
from processors.runtime.identity import document_id, event_id, origin_id
from tests.unit.runtime.makers import DOCUMENT

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


@given(TEXT, TEXT, TEXT)
def test_a_document_id_is_32_hex_characters_whatever_the_key(bucket: str, key: str, version: str) -> None:
    assert re.fullmatch(r"[0-9a-f]{32}", document_id(bucket, key, version))
    assert document_id(bucket, key, version) == document_id(bucket, key, version)


@given(st.tuples(TEXT, TEXT, TEXT), st.tuples(TEXT, TEXT, TEXT))
def test_different_object_versions_have_different_ids(
    one: tuple[str, str, str], other: tuple[str, str, str]
) -> None:
    assert (document_id(*one) == document_id(*other)) == (one == other)


def test_ids_of_events_tell_document_run_type_and_part_apart() -> None:
    ids = [
        event_id("d", "live", "t"),
        event_id("e", "live", "t"),
        event_id("d", "again", "t"),
        event_id("d", "live", "u"),
        event_id("d", "live", "t", "p"),
        origin_id(Origin(topic="t", partition=0, offset=1)),
        origin_id(Origin(topic="t", partition=1, offset=0)),
    ]
    assert all(a != b for a, b in combinations(ids, 2))


def test_ids_never_change() -> None:
    assert document_id("inbox-a", "k", "v") == "9257bffc85125d32426234a110ff9973"
    assert event_id("d", "live", "t") == "a7301db7-380e-5805-b875-5d5c3790cbda"


def test_names_of_buckets_carry_the_prefix_and_an_inbox_tells_its_agency() -> None:
    buckets = Buckets("test-")
    assert (buckets.documents, buckets.work, buckets.inbox("alpha")) == (
        "test-documents",
        "test-work",
        "test-inbox-alpha",
    )
    assert buckets.agency_of("test-inbox-alpha") == "alpha"
    assert buckets.agency_of("inbox-alpha") is None
    assert buckets.agency_of("test-inbox-") is None
    assert artefact_key(DOCUMENT, "ocr", "x") == f"alpha/{DOCUMENT.id}/live/ocr/x"


@given(st.text())
def test_no_bucket_name_gives_an_agency_that_climbs(name: str) -> None:
    agency = Buckets().agency_of(f"inbox-{name}")
    assert agency is None or re.fullmatch(r"[a-z0-9-]+", agency)
