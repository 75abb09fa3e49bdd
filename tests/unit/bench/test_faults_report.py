"""From pytest's JUnit file to the report of the fault tests."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench.faults import report
from bench.faults.reading import read

TESTS = '''
"""Something breaks.

More about it.
"""
import pytest
from tests.faults.figures import figures

def test_it_holds(figures):
    figures(documents=3, lost=0, doubled=0, kills=2, kills_by_stage={"ocr": 2}, points={"ocr:taken": 1})
    figures(longest_stall_seconds=1.5)

def test_control_it_breaks(figures):
    figures(documents=3, lost=0, doubled=3, kills=1)

def test_it_fails(figures):
    figures(documents=2, lost=1, note="<b>& more</b>")
    raise AssertionError

def test_it_cannot(figures):
    pytest.skip("no small disk")
'''


@pytest.fixture(scope="module")
def junit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("junit")
    (folder / "test_breaking.py").write_text(TESTS)
    file = folder / "junit.xml"
    root = Path(__file__).parents[3]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", "junit_family=xunit1"]
    command += [f"--rootdir={folder}", f"--junitxml={file}", str(folder / "test_breaking.py")]
    subprocess.run(command, cwd=root, capture_output=True, check=False)
    return file


def test_figures_come_through_and_controls_are_in_no_sum(junit: Path) -> None:
    told = read([junit])
    assert [(one.outcome, one.control) for one in told] == [
        ("held", False),
        ("held", True),
        ("failed", False),
        ("skipped", False),
    ]
    assert {one.fault for one in told} == {"Something breaks."}
    assert "no small disk" in told[3].reason
    found = report.to_json(told, {"date": "today"})
    assert found["summary"]["documents"] == 5
    assert (found["summary"]["lost"], found["summary"]["doubled"]) == (1, 0)
    assert found["summary"]["doubled_in_controls"] == 3
    assert found["summary"]["kills_by_stage"] == {"ocr": 2}
    json.dumps(found)


def test_the_page_escapes_what_it_is_told_and_loads_nothing(junit: Path) -> None:
    page = report.page(read([junit]), {"date": "today"})
    assert "&lt;b&gt;&amp; more" in page
    assert "<b>& more" not in page
    assert page.count("<svg") == 3
    assert "<script" not in page and 'src="http' not in page


def test_a_later_file_replaces_a_test_of_an_earlier_one(junit: Path, tmp_path: Path) -> None:
    later = tmp_path / "later.xml"
    later.write_text(
        '<testsuites><testsuite><testcase classname="test_breaking" name="test_it_fails" time="1"/>'
        "</testsuite></testsuites>"
    )
    told = read([junit, later])
    assert [one.outcome for one in told] == ["held", "held", "held", "skipped"]


def test_what_is_no_junit_file_is_named(tmp_path: Path) -> None:
    (file := tmp_path / "x.xml").write_text("not XML")
    with pytest.raises(ValueError, match="is no JUnit file"):
        read([file])
