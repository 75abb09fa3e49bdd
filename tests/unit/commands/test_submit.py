import json
import os
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from processors.commands.exits import Exit
from tests.unit.commands.conftest import Pipeline, chancery, file

pytestmark = pytest.mark.usefixtures("stack")


def lines(done: Result) -> list[dict[str, Any]]:
    return [json.loads(text) for text in done.stdout.splitlines()]


def test_files_land_under_their_own_names(tmp_path: Path, objects: Pipeline, added: list[str]) -> None:
    names = ["a b.pdf", "new\nline.pdf", "\u202egpj.exe", "=cmd|' C calc'!A1", "[red]x[bold].pdf", "ü" * 120]
    done = chancery("submit", *(file(tmp_path / "in", name) for name in names), "--agency", "tax-office")
    assert done.exit_code == 0, done.output
    assert sorted(objects.keys("inbox-tax-office", "")) == sorted(names)
    assert added == ["tax-office"]
    assert len(done.stdout.splitlines()) == len(names)
    assert "\u202e" not in done.stdout


def test_name_gives_the_key(tmp_path: Path, objects: Pipeline) -> None:
    key = "/".join(["x" * 199] * 4)
    done = chancery("submit", file(tmp_path, "f"), "--agency", "justice", "--name", key)
    assert done.exit_code == 0, done.output
    assert list(objects.keys("inbox-justice", "")) == [key]


def test_name_is_for_one_file(tmp_path: Path) -> None:
    both = file(tmp_path, "a"), file(tmp_path, "b")
    assert chancery("submit", *both, "--agency", "justice", "--name", "k").exit_code == Exit.USAGE


@pytest.mark.parametrize("key", ["a/../b", "a//b", "x" * 1025, "é" * 600])
def test_a_key_that_the_store_refuses(tmp_path: Path, objects: Pipeline, key: str) -> None:
    done = chancery("submit", file(tmp_path, "f"), "--agency", "justice", "--name", key)
    assert done.exit_code == Exit.FAILED
    assert "--name" in done.stderr
    assert list(objects.keys("inbox-justice", "")) == []


def test_an_agency_that_cannot_be(tmp_path: Path, added: list[str]) -> None:
    assert chancery("submit", file(tmp_path, "f"), "--agency", "No_Way").exit_code == Exit.USAGE
    assert added == []


def test_wait_prints_a_line_a_file_in_the_order_given(tmp_path: Path) -> None:
    names = ["quarantine-1", "result-1", "dead-1", "review-1", "result-2"]
    given = [file(tmp_path, name) for name in names]
    done = chancery("submit", *given, "--agency", "justice", "--wait", "--json")
    assert done.exit_code == 0, done.output
    printed = lines(done)
    assert [one.get("state", one.get("type")) for one in printed] == [
        "quarantined",
        "chancery.result.released.v1",
        "dead_letter",
        "review",
        "chancery.result.released.v1",
    ]
    assert printed[0] == {
        "state": "quarantined",
        "reason": "encrypted",
        "document_id": printed[0]["document_id"],
        "version_id": printed[0]["version_id"],
        "file": str(given[0]),
    }
    assert printed[0]["document_id"] and printed[0]["version_id"]
    assert printed[1]["data"]["fields"] == {"party": ["Acme Inc."]}
    assert printed[1]["data"]["document"]["original"]["key"] == "result-1"


def test_a_file_that_cannot_be_read_does_not_stop_the_others(tmp_path: Path) -> None:
    gone, folder = tmp_path / "gone.pdf", tmp_path
    done = chancery("submit", gone, file(tmp_path, "result-1"), folder, "--agency", "justice", "--wait", "--json")
    assert done.exit_code == Exit.FAILED
    printed = lines(done)
    assert [one.get("state") for one in printed] == ["error", None, "error"]
    assert (printed[0]["reason"], printed[0]["document_id"]) == ("there is no such file", "")
    assert printed[0]["file"] == str(gone)


def test_a_timeout_says_which_still_wait(tmp_path: Path) -> None:
    given = file(tmp_path, "slow-1"), file(tmp_path, "unheard-of"), file(tmp_path, "review-1")
    done = chancery("submit", *given, "--agency", "justice", "--wait", "--json", "--timeout", "0")
    assert done.exit_code == Exit.TIMED_OUT
    assert [(one["state"], one["reason"]) for one in lines(done)] == [
        ("waiting", "arrived"),
        ("waiting", ""),
        ("review", "type_unknown"),
    ]


def test_a_result_that_the_store_lost_is_an_error(tmp_path: Path, objects: Pipeline) -> None:
    given = file(tmp_path, "result-1")
    done = chancery("submit", given, "--agency", "justice", "--wait", "--json")
    found = lines(done)[0]["subject"]
    assert found is not None
    for key in list(objects.keys("documents", "")):
        objects.delete("documents", key)
    assert "not in the object store" in chancery("results", "--agency", "justice").stderr


def test_the_same_file_twice_is_two_documents(tmp_path: Path) -> None:
    given = file(tmp_path, "review-1")
    done = chancery("submit", given, given, "--agency", "justice", "--wait", "--json")
    assert len({one["document_id"] for one in lines(done)}) == 2


def test_without_json_people_get_a_table(tmp_path: Path) -> None:
    done = chancery("submit", file(tmp_path, "quarantine-[b]1"), "--agency", "justice", "--wait")
    assert done.exit_code == 0
    assert "quarantine-[b]1" in done.stdout and "encrypted" in done.stdout


def test_a_name_that_is_no_utf8_is_explained(tmp_path: Path) -> None:
    place = os.fsencode(tmp_path) + b"/bad\xff.pdf"
    Path(os.fsdecode(place)).write_bytes(b"x")
    done = chancery("submit", os.fsdecode(place), "--agency", "justice", "--json")
    assert done.exit_code == Exit.FAILED
    assert "UTF-8" in lines(done)[0]["reason"]


def test_an_empty_name_is_usage(tmp_path: Path, objects: Pipeline) -> None:
    done = chancery("submit", file(tmp_path, "f"), "--agency", "justice", "--name", "")
    assert done.exit_code == Exit.USAGE
    assert list(objects.keys("inbox-justice", "")) == []


def test_a_new_inbox_is_told(tmp_path: Path, objects: Pipeline) -> None:
    objects.missing.add("inbox-justcie")
    done = chancery("submit", file(tmp_path, "f"), "--agency", "justcie", "--json")
    assert "new inbox inbox-justcie" in done.stderr
    assert len(lines(done)) == 1
    assert "new inbox" not in chancery("submit", file(tmp_path, "f"), "--agency", "justice").stderr
