"""What works on a document says nothing of it into the log, whatever its libraries say; where it failed is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from processors.errors import StageFailed
from processors.runtime import whereabouts
from processors.runtime.workbench import Child
from tests.unit.runtime.child_work import work_on
from tests.unit.runtime.test_child import ENVIRONMENT, MODULE

#: "ocr" has a fork for each document, "classify" works in the child itself
STAGES = pytest.mark.parametrize("stage", ["ocr", "classify"])


def said(
    stage: str, home: Path, capfd: pytest.CaptureFixture[str], guard: str
) -> tuple[str, list[dict[str, object]]]:
    """What stands in the log of a worker, and what the worker itself logged, after a document was quoted."""
    child = Child(stage, ENVIRONMENT | {"CHANCERY_MODELS": str(home / guard)}, 5, MODULE)
    try:
        with capture_logs() as logged, pytest.raises(StageFailed):
            child.run(work_on("chatters", home))
    finally:
        child.close()
    told = capfd.readouterr()
    return told.out + told.err, [dict(one) for one in logged]


def test_nothing_of_a_strangers_file_reaches_the_log(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    text, logged = said("ocr", tmp_path, capfd, "guarded")
    assert text == ""
    (line,) = logged
    assert (line["event"], line["error"]) == ("stage_raised", "ValueError")
    assert str(line["at"]).endswith("chatters']")
    assert "private" not in str(logged)


def test_of_words_of_a_document_no_library_speaks(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    text, logged = said("classify", tmp_path, capfd, "guarded")
    assert "private warning" not in text
    assert "private line of a log" not in text
    assert "ValueError" not in text, "a traceback quotes the document"
    assert [line["error"] for line in logged] == ["ValueError"]


@STAGES
def test_without_the_guard_all_of_it_would_stand_there(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], stage: str
) -> None:
    text, _ = said(stage, tmp_path, capfd, "without-silence")
    for word in ("private word on 2", "private warning", "private line of a log", "private word of C"):
        assert word in text


def test_places_are_told_and_words_are_not() -> None:
    try:
        int("private")
    except ValueError as error:
        found = whereabouts.whereabouts(error.__traceback__)
    (place,) = found
    assert place.startswith("tests/unit/runtime/test_silence.py:")
    assert whereabouts.checked(found) == found


@pytest.mark.parametrize(
    "untrusted",
    [
        *(None, "processors/a.py:1 f", 7, {"a": 1}),
        *(["private words of a document"], ["a.py:1 f\nforged line"], ["a.py:x f"], [1], [["a.py:1 f"]]),
        ["x" * 300 + ":1 f"],
    ],
)
def test_what_is_no_place_is_left_out(untrusted: object) -> None:
    assert list(whereabouts.checked(untrusted)) == []


def test_no_more_places_than_fit_a_line() -> None:
    assert len(whereabouts.checked(["a.py:1 f"] * 1000)) == 30
