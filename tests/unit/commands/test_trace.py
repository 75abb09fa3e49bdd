"""`chancery trace`, over files that a worker wrote."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from processors.telemetry.trace_ids import trace_of
from tests.unit.commands.conftest import chancery
from tests.unit.runtime.makers import DOCUMENT
from tests.unit.telemetry.test_waterfall import traced


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CHANCERY_HOME", str(tmp_path))
    traced(tmp_path, 1, 2)
    return tmp_path


def test_a_document_is_shown_in_the_terminal() -> None:
    done = chancery("trace", "dddd")
    assert done.exit_code == 0, done.output
    for word in (DOCUMENT.id, "Run live", "ocr, page 1", "ocr, page 2", "ocr-0", "\N{FULL BLOCK}"):
        assert word in done.output


def test_page_picture_and_json_are_written(home: Path) -> None:
    done = chancery("trace", "dddd", "--html", str(home / "t.html"), "--svg", str(home / "t.svg"))
    assert (done.exit_code, done.output) == (0, "")
    assert (home / "t.html").read_text().startswith("<!doctype html>")
    assert (home / "t.svg").read_text().startswith("<svg ")
    told = json.loads(chancery("trace", "dddd", "--json").output)
    assert (told["document"], len(told["runs"][0]["work"])) == (DOCUMENT.id, 2)


def test_the_id_of_a_trace_follows_from_the_document_wherever_it_is_kept() -> None:
    done = chancery("trace", "e" * 32, "--id", "--run", "re-1")
    assert (done.exit_code, done.output.strip()) == (0, f"{trace_of('e' * 32, 're-1'):032x}")
    assert chancery("trace", "e" * 32, "--id").output.strip() == f"{trace_of('e' * 32, 'live'):032x}"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("eeee",), 3, "No trace in"),
        (("dddd", "--run", "re-1"), 3, "is of a run 're-1'"),
        (("dddd", "--svg", "/nowhere/t.svg"), 1, "cannot be written"),
        (("eeee", "--id"), 2, "needs the whole id"),
        ((" ",), 2, "An id is needed"),
    ],
)
def test_what_cannot_be_done_is_said(arguments: tuple[str, ...], code: int, said: str) -> None:
    done = chancery("trace", *arguments)
    assert done.exit_code == code
    assert said in " ".join(done.output.split())
