"""Canonical lines: one spelling for each record, and nothing in it that another reader would round."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.audit.record import NoRecordError, canonical, genesis, line, parse

_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
_VALUES = st.recursive(
    _TEXT | st.integers(-(2**53) + 1, 2**53 - 1),
    lambda inner: st.lists(inner) | st.dictionaries(st.from_regex(r"[a-z]{1,5}", fullmatch=True), inner),
    max_leaves=10,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["act", "type", "event"]), _VALUES))
def test_what_is_written_reads_the_same(body: dict[str, object]) -> None:
    text, digest = line("0", 1, genesis("0"), body)
    read = parse(text)
    assert read.intact
    assert (read.digest, read.sequence, read.chain) == (digest, 1, "0")
    assert {name: read.body[name] for name in body} == body


def test_another_spelling_of_the_same_record_is_not_intact() -> None:
    text, _ = line("0", 1, genesis("0"), {"event": "1"})
    assert parse(text).intact
    assert not parse(json.dumps(json.loads(text)).encode()).intact
    assert not parse(text.replace(b'"event":"1"', b'"event":"2","event":"1"')).intact


def test_it_is_what_rfc_8785_says() -> None:
    assert canonical({"b": '\u20ac$\u000f\nA\'B"\\\\"/', "a": [1, -2]}) == (
        b'{"a":[1,-2],"b":"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


@pytest.mark.parametrize("value", [1.5, None, True, 2**53, {"ü": "1"}, {1: "1"}, {"a": {1}}, "\ud800"])
def test_what_other_readers_might_change_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        canonical({"a": value})


@pytest.mark.parametrize(
    "text", [b"", b"[]", b'{"hash":"1"}', b'{"sequence":"1","hash":"","chain":"","previous":""}']
)
def test_what_is_no_record_is_refused(text: bytes) -> None:
    with pytest.raises(NoRecordError):
        parse(text)
