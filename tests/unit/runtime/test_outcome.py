"""The border between child and worker: what crosses it comes out equal, or is refused."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from processors.errors import StageFailed
from processors.reasons import QuarantineReason
from processors.runtime.outcome import outcome_from_json, outcome_to_json, work_from_json, work_to_json
from processors.stage import Done, Question, Rejected, Work
from tests.prompts import prompt
from tests.unit.runtime.makers import read, requested, stored
from tests.unit.runtime.shop import Shop

SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@pytest.fixture
def work(tmp_path: Path) -> Work:
    shop = Shop("ocr", tmp_path, read)
    scratch = tmp_path / "work"
    scratch.mkdir()
    return Work(requested(stored(shop.objects, "original"), 1, 2), {"original": tmp_path / "in"}, scratch)


@pytest.fixture
def answer(work: Work) -> dict[str, Any]:
    return json.loads(json.dumps(outcome_to_json(read(work))))  # type: ignore[no-any-return]


def test_work_crosses_the_border_unchanged(work: Work) -> None:
    assert work_from_json(json.loads(json.dumps(work_to_json(work)))) == work


def test_what_a_stage_did_crosses_the_border_unchanged(work: Work, answer: dict[str, Any]) -> None:
    assert outcome_from_json(answer, work.scratch) == read(work)


def test_a_refusal_crosses_the_border_unchanged(tmp_path: Path) -> None:
    rejected = Rejected(QuarantineReason.TOO_MANY_PAGES, {"pages": 9, "limit": 5.5, "unit": "pages"})
    assert outcome_from_json(json.loads(json.dumps(outcome_to_json(rejected))), tmp_path) == rejected


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
KEYS = ["rejected", "details", "events", "artefacts", "join", "engine", "model_digest"]


@SHARED
@given(JSON | st.dictionaries(st.sampled_from(KEYS), JSON))
def test_any_json_is_an_outcome_or_a_failure_of_the_stage(tmp_path: Path, untrusted: Any) -> None:
    try:
        outcome = outcome_from_json(untrusted, tmp_path)
    except StageFailed:
        return
    assert isinstance(outcome, Done | Rejected)


@SHARED
@given(st.data())
def test_an_answer_with_one_value_changed_is_an_outcome_or_a_failure(work: Work, data: st.DataObject) -> None:
    untrusted = outcome_to_json(read(work))
    here: Any = untrusted
    while True:
        key = data.draw(st.sampled_from(sorted(here) if isinstance(here, dict) else range(len(here))))
        if not isinstance(here[key], dict | list) or not here[key] or data.draw(st.booleans()):
            here[key] = data.draw(JSON)
            break
        here = here[key]
    with suppress(StageFailed):
        outcome_from_json(untrusted, work.scratch)


@pytest.mark.parametrize(
    "change",
    [
        {"rejected": "no_such_reason", "details": {}},
        {"engine": "\ud800"},
        {"events": [{"type": "chancery.work.dead_lettered.v1", "data": {}, "part": ""}]},
        {"artefacts": [{"name": "x", "role": "", "path": "/etc/passwd", "media_type": ""}]},
        {"artefacts": [{"name": "x", "role": "", "path": "no/such/file", "media_type": ""}]},
        {"artefacts": [{"name": "x", "role": "", "path": "n" * 5000, "media_type": ""}]},
        {"artefacts": [{"name": "x", "role": "", "path": "a\0b", "media_type": ""}]},
    ],
)
def test_what_is_no_outcome_is_refused(work: Work, answer: dict[str, Any], change: dict[str, Any]) -> None:
    with pytest.raises(StageFailed):
        outcome_from_json(answer | change, work.scratch)


@pytest.mark.parametrize("name", ["", "..", ".hidden", "a/b", "../x", "a\\b", "a\0b"])
def test_an_artefact_name_may_not_climb(work: Work, answer: dict[str, Any], name: str) -> None:
    answer["artefacts"][0]["name"] = name
    with pytest.raises(StageFailed):
        outcome_from_json(answer, work.scratch)


def test_an_artefact_may_be_no_link_no_folder_and_nothing_outside(work: Work, answer: dict[str, Any]) -> None:
    secret = work.scratch.parent / "secret"
    secret.write_text("key")
    (work.scratch / "link").symlink_to(secret)
    (work.scratch / "folder").mkdir()
    (work.scratch / "way-out").symlink_to(work.scratch.parent)
    for path in ("link", "folder", "way-out/secret", "../secret"):
        answer["artefacts"][0]["path"] = str(work.scratch / path)
        with pytest.raises(StageFailed):
            outcome_from_json(answer, work.scratch)


def test_a_number_that_no_json_has_is_refused_also_inside_a_string(work: Work, answer: dict[str, Any]) -> None:
    answer["events"][0]["data"]["reading"]["confidence"] = "nan"
    with pytest.raises(StageFailed):
        outcome_from_json(answer, work.scratch)


def test_questions_cross_the_border_unchanged(work: Work) -> None:
    picture = work.scratch / "1.png"
    picture.write_bytes(b"picture")
    done = replace(read(work), questions=(Question("page-00001", 1, picture), prompt(work.scratch)))
    assert outcome_from_json(json.loads(json.dumps(outcome_to_json(done))), work.scratch) == done


@pytest.mark.parametrize(
    "change",
    [
        {"name": "../fields"},
        {"name": "page-00001"},
        {"grammar": "/etc/passwd"},
        {"messages": "no/such/file"},
        {"messages": None},
        {"most_tokens": "many"},
        {"most_tokens": None},
        {"picture": "/etc/passwd", "page": 1},
    ],
)
def test_what_is_no_question_is_refused(work: Work, change: dict[str, Any]) -> None:
    picture = work.scratch / "1.png"
    picture.write_bytes(b"picture")
    done = replace(read(work), questions=(Question("page-00001", 1, picture), prompt(work.scratch)))
    untrusted = outcome_to_json(done)
    untrusted["questions"][1] |= change
    with pytest.raises(StageFailed):
        outcome_from_json(untrusted, work.scratch)
