"""How a worker process ends when it cannot even begin: one line that says what to do, and an exit code."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from processors.record.ledger import Ledger

ROOT = Path(__file__).parents[3]


def worker(home: Path, stage: str, *options: str, **settings: str) -> tuple[int, str]:
    """Exit code and standard error of `chancery worker STAGE`; no server is there to be reached."""
    own = {k: v for k, v in os.environ.items() if not k.startswith("CHANCERY_")}
    done = subprocess.run(
        [sys.executable, "-m", "processors.cli", "worker", stage, "--slot", "0", *options],
        env=own
        | {"CHANCERY_HOME": str(home), "CHANCERY_KAFKA": "127.0.0.1:1", "CHANCERY_S3": "127.0.0.1:1"}
        | settings,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("stage", "settings", "says"),
    [
        ("publish", {"CHANCERY_DOCUMENT_TYPES": "/no/such/folder"}, "correct their files and start again"),
        ("ocr", {"CHANCERY_TESSDATA": "/no/such/folder"}, "set CHANCERY_TESSDATA"),
        ("classify", {"CHANCERY_MODELS": "/no/such/folder"}, "/no/such/folder (CHANCERY_MODELS)"),
        ("ocr", {"CHANCERY_FAIL_POINTS": "ocr:nowhere:1"}, "CHANCERY_FAIL_POINTS='ocr:nowhere:1' cannot be used"),
        ("ocr", {"CHANCERY_FAIL_POINTS": "nonsense"}, "Correct it and start again"),
    ],
)
def test_what_a_person_must_correct_is_told_in_one_line_and_the_process_ends_with_78(
    tmp_path: Path, stage: str, settings: dict[str, str], says: str
) -> None:
    code, errors = worker(tmp_path, stage, **settings)
    (line,) = errors.splitlines()
    assert code == 78
    assert says in json.loads(line)["detail"]


@pytest.mark.parametrize(
    ("stage", "why"), [("intake", "intake has no lane of reprocessing runs"), ("record", "record is no stage")]
)
def test_a_lane_that_is_not_there_is_told_in_one_line_and_the_process_ends_with_78(
    tmp_path: Path, stage: str, why: str
) -> None:
    code, errors = worker(tmp_path, stage, "--lanes", "reprocessing")
    (line,) = errors.splitlines()
    assert code == 78
    assert f"--lanes reprocessing: {why}. Start this worker without --lanes." in json.loads(line)["detail"]


def test_a_ledger_of_a_newer_version_is_told_in_one_line_and_the_process_ends_with_78(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite"
    Ledger.open(f"sqlite:///{file}").close()
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE schema_version SET version = 999")
    connection.close()
    code, errors = worker(tmp_path, "record")
    (line,) = errors.splitlines()
    assert code == 78
    assert "install that version" in json.loads(line)["detail"]
